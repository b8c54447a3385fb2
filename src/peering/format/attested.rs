//! Attestations in the formats of relying parties.

use alloc::vec::Vec;

use super::super::aspa::Attested;
use crate::lists::json::Json;
use crate::lists::lines::{FormatError, FormatErrorKind};

impl Attested {
    /// Reads attestations from the JSON of rpki-client or Routinator: a list `aspas` of objects with `customer_asid` or
    /// `customer`, and `providers`; also the older `provider_authorizations`, whose two families are united.
    ///
    /// # Errors
    /// The error with its line and column.
    pub fn read_json(text: &[u8]) -> Result<Self, FormatError> {
        let mut json = Json::new(text);
        let (mut attested, mut found) = (Self::new(), false);
        let start = json.place();
        json.object(|json, name| match name {
            "aspas" => {
                found = true;
                json.array(|json| aspa(json, &mut attested))
            }
            "provider_authorizations" => {
                found = true;
                json.object(|json, _| json.array(|json| aspa(json, &mut attested)))
            }
            _ => json.skip(),
        })?;
        json.end()?;
        if found { Ok(attested) } else { Err(start.error(FormatErrorKind::NoList("aspas"))) }
    }
}

fn aspa(json: &mut Json<'_>, attested: &mut Attested) -> Result<(), FormatError> {
    let place = json.place();
    let (mut customer, mut providers) = (None, None);
    json.object(|json, name| {
        match name {
            "customer_asid" | "customer" => customer = Some(json.asn()?),
            "providers" => {
                let mut list = Vec::new();
                json.array(|json| {
                    list.push(json.asn()?);
                    Ok(())
                })?;
                providers = Some(list);
            }
            "expires" => attested.expiries.extend(json.seconds()?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let missing = |name| place.error(FormatErrorKind::MissingMember(name));
    attested.insert(customer.ok_or_else(|| missing("customer"))?, providers.ok_or_else(|| missing("providers"))?);
    Ok(())
}
