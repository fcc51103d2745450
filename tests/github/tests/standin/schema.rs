//! The served schema against GitHub's own: names, nullability, arguments.

use std::collections::BTreeMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, TypeKind, TypeSystemDefinition};
use github_standin::Standin;

/// The part that is served, cut from GitHub's published schema.
const GITHUB: &str = include_str!("github.graphql");

/// Types by name, each with its fields, values or arguments: `name` or `name(argument)` → type.
fn members(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut types = BTreeMap::new();
    for definition in parse_schema(text).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let definition = definition.node;
        let mut members = BTreeMap::new();
        match definition.kind {
            TypeKind::Object(object) => object
                .fields
                .iter()
                .for_each(|field| add(&mut members, &field.node)),
            TypeKind::Interface(interface) => {
                interface
                    .fields
                    .iter()
                    .for_each(|field| add(&mut members, &field.node));
            }
            TypeKind::Enum(values) => {
                for value in values.values {
                    members.insert(value.node.value.to_string(), String::new());
                }
            }
            TypeKind::InputObject(input) => {
                for field in input.fields {
                    let (name, kind) = (field.node.name.to_string(), field.node.ty.to_string());
                    members.insert(name, kind);
                }
            }
            _ => continue,
        }
        types.insert(definition.name.to_string(), members);
    }
    types
}

fn add(members: &mut BTreeMap<String, String>, field: &FieldDefinition) {
    members.insert(field.name.to_string(), field.ty.to_string());
    for argument in &field.arguments {
        let name = format!("{}({})", field.name, argument.node.name);
        let default = argument.node.default_value.as_ref();
        let default = default.map_or(String::new(), |value| format!(" = {value}"));
        members.insert(name, format!("{}{default}", argument.node.ty));
    }
}

#[test]
fn everything_served_is_in_github_s_schema_with_the_same_type() {
    let github = members(GITHUB);
    let served = members(&Standin::graphql_schema());
    assert!(served.len() > 20);
    for (name, members) in &served {
        let official = github
            .get(name)
            .unwrap_or_else(|| panic!("GitHub has no type {name}"));
        for (member, kind) in members {
            assert_eq!(official.get(member), Some(kind), "{name}.{member}");
        }
    }
}

#[test]
fn required_arguments_and_all_inputs_are_served() {
    let github = members(GITHUB);
    for (name, members) in members(&Standin::graphql_schema()) {
        for (member, kind) in &github[&name] {
            let is_required = member.contains('(') && kind.ends_with('!');
            let is_input = name.ends_with("Input") || name.starts_with("File");
            if is_required || is_input {
                assert!(members.contains_key(member), "{name}.{member}");
            }
        }
    }
}
