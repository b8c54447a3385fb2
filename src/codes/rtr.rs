//! The protocol between RPKI caches and routers (RFC 8210).

use core::fmt;

code_points! {
    /// PDU types of the RPKI to Router protocol (RFC 8210).
    RtrPdu(u8) {
        SERIAL_NOTIFY = 0, "Serial Notify", "RFC 8210";
        SERIAL_QUERY = 1, "Serial Query", "RFC 8210";
        RESET_QUERY = 2, "Reset Query", "RFC 8210";
        CACHE_RESPONSE = 3, "Cache Response", "RFC 8210";
        IPV4_PREFIX = 4, "IPv4 Prefix", "RFC 8210";
        IPV6_PREFIX = 6, "IPv6 Prefix", "RFC 8210";
        END_OF_DATA = 7, "End of Data", "RFC 8210";
        CACHE_RESET = 8, "Cache Reset", "RFC 8210";
        ROUTER_KEY = 9, "Router Key", "RFC 8210";
        ERROR_REPORT = 10, "Error Report", "RFC 8210";
        ASPA = 11, "ASPA", "draft-ietf-sidrops-8210bis";
    }
}
