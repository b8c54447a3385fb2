//! Output of octets.

/// Room for writing octets: with the feature `alloc` every [`bytes::BufMut`], such as `Vec<u8>`, `BytesMut` and `&mut [u8]`;
/// otherwise `&mut [u8]` only. A slice is advanced past the written octets.
///
/// ```
/// use routeglass::nlri::PathPrefix;
/// let path = PathPrefix { prefix: "198.51.100.0/24".parse()?, path_id: None };
/// let mut octets = [0; 8];
/// let mut room = &mut octets[..];
/// path.encode(&mut room)?;
/// let left = room.len();
/// assert_eq!(octets.split_at(8 - left), (&[24, 198, 51, 100][..], &[0; 4][..]));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// Everything in this library checks the room first: nothing is written unless all of it fits. The trait is sealed.
pub trait Sink: Sealed {
    /// Number of octets that fit.
    fn room(&self) -> usize;

    /// Writes octets, for which there is room.
    fn put_slice(&mut self, octets: &[u8]);

    /// Writes one octet.
    fn put_u8(&mut self, number: u8) {
        self.put_slice(&[number]);
    }

    /// Writes a number of two octets in network byte order.
    fn put_u16(&mut self, number: u16) {
        self.put_slice(&number.to_be_bytes());
    }

    /// Writes a number of four octets in network byte order.
    fn put_u32(&mut self, number: u32) {
        self.put_slice(&number.to_be_bytes());
    }
}

/// Seals [`Sink`].
pub trait Sealed {}

#[cfg(feature = "alloc")]
mod buffers {
    use bytes::BufMut;

    impl<B: BufMut + ?Sized> super::Sealed for B {}

    impl<B: BufMut + ?Sized> super::Sink for B {
        #[inline]
        fn room(&self) -> usize {
            self.remaining_mut()
        }

        #[inline]
        fn put_slice(&mut self, octets: &[u8]) {
            BufMut::put_slice(self, octets);
        }
    }
}

#[cfg(not(feature = "alloc"))]
mod slices {
    impl super::Sealed for &mut [u8] {}

    impl super::Sink for &mut [u8] {
        fn room(&self) -> usize {
            self.len()
        }

        fn put_slice(&mut self, octets: &[u8]) {
            // The caller has checked the room.
            if let Some((to, left)) = core::mem::take(self).split_at_mut_checked(octets.len()) {
                to.copy_from_slice(octets);
                *self = left;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::attr::{Communities, Community, Value};
    use crate::nlri::{RouteValue, VplsDiscovery, VplsRoute};
    use crate::{Family, Session};

    #[test]
    fn a_slice_takes_what_fits_and_nothing_else() {
        let mut octets = [0; 12];
        let mut room = &mut octets[..];
        let values = [Community(0xfbf0_0001).to_octets()];
        let value = Value::Communities(Communities::from_chunks(&values));
        assert_eq!(value.encode(&Session::AS4, &mut room), Ok(()));
        assert_eq!(room.len(), 5);
        assert_eq!(value.encode(&Session::AS4, &mut room).unwrap_err().to_string(), "the output has 2 bytes too few");
        let route = RouteValue::Vpls(VplsRoute::Discovery(VplsDiscovery { rd: Default::default(), pe: [192, 0, 2, 1].into() }));
        assert_eq!(route.encode(Family::of(25, 65), &mut room).unwrap_err().to_string(), "the output has 9 bytes too few");
        assert_eq!(octets, [0xc0, 8, 4, 0xfb, 0xf0, 0, 1, 0, 0, 0, 0, 0]);
    }
}
