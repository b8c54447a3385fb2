//! The law of filters.

use routeglass::elements;
use routeglass::filter::Filter;

use crate::input;

/// A text is a filter whose text parses to an equal one, or an error in it; the filter gives what matches after decoding. The
/// text ends at the first octet 0, after which records follow: without any, a table and a message.
pub fn filter(data: &[u8]) {
    let end = data.iter().position(|octet| *octet == 0);
    let (text, records) = end.map_or((data, &[][..]), |end| (&data[..end], &data[end + 1..]));
    let Ok(text) = std::str::from_utf8(text) else { return };
    // The contents of files are of no importance to the grammar.
    let files = |name: &str| match name.len() % 3 {
        0 => Ok("192.0.2.0/24\n2001:db8::/32\n".to_string()),
        1 => Ok("AS64496,198.51.100.0/24,24\n".to_string()),
        _ => Err("none".to_string()),
    };
    let filter = match Filter::parse_with(text, files) {
        Ok(filter) => filter,
        Err(e) => {
            assert!((1..=text.chars().count() + 1).contains(&e.column()), "{e} in {text:?}");
            assert!(!e.expected().is_empty());
            return;
        }
    };
    let shown = filter.to_string();
    let again = Filter::parse_with(&shown, files).unwrap_or_else(|e| panic!("{shown}: {e} from {text:?}"));
    assert_eq!((&again, again.to_string()), (&filter, shown));
    let archive = if records.is_empty() { [input::table(), input::good()].concat() } else { records.to_vec() };
    for filter in [&filter, &!filter.clone()] {
        let decoded = elements(&archive).filter_map(|item| match item {
            Ok(element) => filter.try_matches(&element).map(|matches| matches.then_some(element)).transpose(),
            Err(e) => Some(Err(e)),
        });
        assert!(elements(&archive).filtered(filter).eq(decoded), "{filter}");
    }
}
