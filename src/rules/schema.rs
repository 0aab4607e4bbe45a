//! The JSON schema of pack files, for editors.

/// The schema, as JSON. It is made from the types of `pack.rs` and their documentation; a test keeps it so.
pub const SCHEMA: &str = include_str!("schema.json");

#[cfg(test)]
mod tests {
    use super::SCHEMA;
    use crate::rules::pack::PackFile;
    use schemars::generate::SchemaSettings;

    #[test]
    fn the_schema_is_that_of_the_types() {
        // What editors for TOML understand.
        let generator = SchemaSettings::draft07().into_generator();
        let mut schema = generator.into_root_schema_for::<PackFile>();
        schema.insert("title".to_owned(), "A pack of rules for owed".into());
        let mut made = serde_json::to_string_pretty(&schema).expect("JSON");
        made.push('\n');
        if made != SCHEMA {
            let new = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/schema.json.new");
            std::fs::write(new, &made).expect("written");
            panic!(
                "src/rules/schema.json is not that of the types; {new} is: look at it and move it there"
            );
        }
    }
}
