//! Scopes of an application or a webhook made here.

/// What a connector needs and the SDKs ask for.
const USUAL: [&str; 6] = ["imopenlines", "imconnector", "im", "user", "imbot", "crm"];

/// The scopes that are granted unless others are asked for.
pub fn usual() -> Vec<String> {
    USUAL.map(str::to_owned).to_vec()
}
