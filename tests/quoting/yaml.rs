//! YAML, read by a YAML 1.2 parser here, and by one of both versions in `tests/oracles/yaml.test.mjs`.

use flows::hostile;
use saphyr::{LoadableYamlNode, Yaml};
use shared::paste::{argo_cd_path, flux_path};
use shared::quote::yaml::scalar;

/// The string that a document `path: …` gives its one key.
pub fn path_in(document: &str) -> Option<String> {
    // YAML cannot hold these as they are (1.2.2, 5.1), which this parser lets pass.
    if document.contains(['\u{fffe}', '\u{ffff}']) {
        return None;
    }
    let read = Yaml::load_from_str(document).ok()?;
    let [Yaml::Mapping(pairs)] = read.as_slice() else {
        return None;
    };
    let (key, value) = pairs.iter().next()?;
    (pairs.len() == 1 && key.as_str() == Some("path")).then(|| value.as_str().map(str::to_owned))?
}

#[test]
fn a_name_is_one_string() {
    let mut seen = Vec::new();
    for name in hostile::NAMES {
        let document = format!("path: {}", scalar(name));
        assert_eq!(path_in(&document).as_deref(), Some(*name), "{document}");
        seen.push((*name, document));
    }
    // For the parser of both versions.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../target");
    let seen = serde_json::to_vec(&seen).unwrap();
    std::fs::write(format!("{folder}/quoted-yaml.json"), seen).unwrap();
}

#[test]
fn argo_cd_and_flux_get_the_directory() {
    for directory in hostile::directories() {
        let managed = directory.join("managed");
        for (line, expected) in [
            (argo_cd_path(&directory), managed.clone()),
            (flux_path(&directory, None), format!("./{managed}")),
            (
                flux_path(&directory, Some("vpcs")),
                format!("./{managed}/vpcs"),
            ),
        ] {
            assert_eq!(path_in(&line), Some(expected), "{line}");
        }
    }
}
