//! A map as a map from the text of prefixes, a set as a list of them, both sorted.

use alloc::borrow::Cow;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::map::PrefixMap;
use super::set::PrefixSet;
use crate::prefix::Prefix;

/// A prefix as its text.
struct Text(Prefix);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

impl<T: Serialize> Serialize for PrefixMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (prefix, value) in self {
            map.serialize_entry(&Text(prefix), value)?;
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PrefixMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = PrefixMap<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from prefixes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<PrefixMap<T>, A::Error> {
                let mut map = PrefixMap::new();
                while let Some((prefix, value)) = entries.next_entry::<Text, T>()? {
                    map.insert(prefix.0, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

impl Serialize for PrefixSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for prefix in self {
            list.serialize_element(&Text(prefix))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for PrefixSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = PrefixSet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of prefixes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PrefixSet, A::Error> {
                let mut set = PrefixSet::new();
                while let Some(prefix) = list.next_element::<Text>()? {
                    set.insert(prefix.0);
                }
                Ok(set)
            }
        }

        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_both_ways() {
        let map: PrefixMap<u32> =
            [("2001:db8::/32", 2), ("192.0.2.0/24", 1)].iter().map(|&(p, v)| (p.parse().unwrap(), v)).collect();
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, r#"{"192.0.2.0/24":1,"2001:db8::/32":2}"#);
        assert_eq!(serde_json::from_str::<PrefixMap<u32>>(&text).unwrap(), map);
        let set: PrefixSet = map.keys().collect();
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text, r#"["192.0.2.0/24","2001:db8::/32"]"#);
        assert_eq!(serde_json::from_str::<PrefixSet>(&text).unwrap(), set);
        let error = serde_json::from_str::<PrefixSet>(r#"["192.0.2.1/24"]"#).unwrap_err().to_string();
        assert_eq!(error, "bits are set after the length of the prefix at line 1 column 16");
    }
}
