//! A serde deserializer with the platform's value reading rules.

use std::any::type_name;

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{ParamError, ParamReason};
use crate::node::{Map, Node};

pub(super) fn read<P: DeserializeOwned>(node: Node) -> Result<P, ParamError> {
    P::deserialize(NodeReader(node)).map_err(|error| ParamError { argument: error.argument, reason: error.reason })
}

#[derive(Debug)]
struct ReadError {
    argument: String,
    reason: ParamReason,
}

impl ReadError {
    fn new(reason: ParamReason) -> Self {
        Self { argument: String::new(), reason }
    }
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", self.reason)
    }
}

impl std::error::Error for ReadError {}

impl serde::de::Error for ReadError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::new(ParamReason::InvalidType)
    }

    fn missing_field(field: &'static str) -> Self {
        Self { argument: field.to_owned(), reason: ParamReason::Missing }
    }
}

struct NodeReader(Node);

impl NodeReader {
    /// Null and `""` are "not given".
    fn is_not_given(&self) -> bool {
        match &self.0 {
            Node::Null => true,
            Node::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    fn wrong_scalar(&self) -> ReadError {
        let reason = if self.is_not_given() { ParamReason::Missing } else { ParamReason::InvalidType };
        ReadError::new(reason)
    }

    fn into_map(self) -> Result<Map, ReadError> {
        if self.is_not_given() {
            return Err(ReadError::new(ParamReason::Missing));
        }
        match self.0 {
            Node::Map(map) => Ok(map),
            Node::List(items) => {
                Ok(items.into_iter().enumerate().map(|(index, node)| (index.to_string(), node)).collect())
            }
            _ => Err(ReadError::new(ParamReason::MustBeArray)),
        }
    }

    fn into_items(self) -> Result<Vec<Node>, ReadError> {
        if self.is_not_given() {
            return Ok(Vec::new());
        }
        match self.0.into_items() {
            Ok(items) => Ok(items),
            Err(Node::Map(_)) => Err(ReadError::new(ParamReason::MustBeArray)),
            Err(scalar) => Ok(vec![scalar]),
        }
    }

    fn into_text(self) -> Result<String, ReadError> {
        match self.0 {
            Node::Text(text) => Ok(text),
            other => match other.as_text() {
                Some(text) => Ok(text.into_owned()),
                None => Err(Self(other).wrong_scalar()),
            },
        }
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.0.as_int() {
                Some(number) => visitor.visit_i64(number),
                None => Err(self.wrong_scalar()),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for NodeReader {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(flag) => visitor.visit_bool(flag),
            Node::Number(number) => number.deserialize_any(visitor).map_err(serde::de::Error::custom),
            Node::Text(text) => visitor.visit_string(text),
            Node::List(items) => visitor.visit_seq(Elements(items.into_iter())),
            Node::Map(map) => visitor.visit_map(Entries { entries: map.into_iter(), value: None }),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_flag() {
            Some(flag) => visitor.visit_bool(flag),
            None => Err(self.wrong_scalar()),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let number = match &self.0 {
            Node::Number(number) => number.as_f64(),
            Node::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        };
        match number {
            Some(number) => visitor.visit_f64(number),
            None => Err(self.wrong_scalar()),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_string(self.into_text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        // A visitor does not tell what is inside the Option. Comparing the names of two types of
        // the same build is enough, and `an_optional_node_keeps_what_was_sent` guards it.
        let keeps = type_name::<V::Value>() == type_name::<Option<Node>>();
        if self.is_not_given() && !keeps {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_seq(Elements(self.into_items()?.into_iter()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_map(Entries { entries: self.into_map()?.into_iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_map(Fields { fields: fields.iter(), sent: Sent::new(self.into_map()?, fields), value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let text = self.into_text()?;
        let exact = variants.iter().find(|variant| **variant == text);
        let variant = exact.or_else(|| variants.iter().find(|variant| variant.eq_ignore_ascii_case(&text)));
        match variant {
            Some(variant) => visitor.visit_enum((*variant).into_deserializer()),
            None => Err(NodeReader(Node::Text(text)).wrong_scalar()),
        }
    }

    forward_to_deserialize_any! { bytes byte_buf unit_struct tuple_struct identifier }
}

struct Elements(std::vec::IntoIter<Node>);

impl<'de> SeqAccess<'de> for Elements {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        self.0.next().map(|node| seed.deserialize(NodeReader(node))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// All entries of a map, for fields that are maps themselves.
struct Entries {
    entries: indexmap::map::IntoIter<String, Node>,
    value: Option<Node>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let key: StringDeserializer<ReadError> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        seed.deserialize(NodeReader(self.value.take().unwrap_or_default()))
    }
}

/// The entries of a map that belong to the declared fields of a struct, in declared order.
struct Fields {
    fields: std::slice::Iter<'static, &'static str>,
    sent: Sent,
    value: Option<(&'static str, Node)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        for field in self.fields.by_ref() {
            if let Some(node) = self.sent.take(field) {
                self.value = Some((field, node));
                let field: serde::de::value::StrDeserializer<'_, ReadError> = (*field).into_deserializer();
                return seed.deserialize(field).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        let (field, node) = self.value.take().unwrap_or_default();
        // The outermost field is the last to put its name here: that is the argument.
        seed.deserialize(NodeReader(node)).map_err(|error| ReadError { argument: field.to_owned(), ..error })
    }
}

/// What was sent, each value to be taken once.
struct Sent {
    map: Map,
    fields: &'static [&'static str],
    is_taken: Vec<bool>,
}

impl Sent {
    fn new(map: Map, fields: &'static [&'static str]) -> Self {
        let is_taken = vec![false; map.len()];
        Self { map, fields, is_taken }
    }

    /// The exact name, else the last free one in any case that is not exactly another field.
    fn take(&mut self, field: &str) -> Option<Node> {
        let index = self.map.get_index_of(field).or_else(|| {
            (0..self.map.len()).rev().find(|index| {
                let name = self.map.get_index(*index).map_or("", |(name, _)| name.as_str());
                name.eq_ignore_ascii_case(field) && !self.is_taken[*index] && !self.fields.contains(&name)
            })
        })?;
        if std::mem::replace(&mut self.is_taken[index], true) {
            return None;
        }
        self.map.get_index_mut(index).map(|(_, node)| std::mem::take(node))
    }
}
