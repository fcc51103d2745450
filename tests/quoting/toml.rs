//! TOML, read by a TOML parser.

use flows::hostile;
use shared::quote::toml::string;

#[test]
fn a_name_is_one_string() {
    for name in hostile::NAMES {
        let document = format!("a = {}\nb = \"end\"", string(name));
        let read: toml::Table = document.parse().unwrap();
        assert_eq!(read["a"].as_str(), Some(*name), "{document}");
        assert_eq!(read.len(), 2, "{document}");
    }
}
