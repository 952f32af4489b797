//! How the pages' JSON becomes values: one reader for the answers of server functions, for the data
//! of a page and for the frames of the socket.
//!
//! serde writes a reader of each type for each source that it is read from, and another one for what
//! it has to look at twice (tags inside of an object, flattened members): in WASM that was a quarter
//! of what every page loads. Here text is read into a [`Value`] once, by code that knows no type, and
//! every type is read from that. The reader knows only what our types are made of, and says nothing of
//! what is wrong: nobody but our own server writes to our pages, and REST has its own way.

use crate::error::AppError;
use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::fmt;

/// Not JSON, or not of the shape that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the documented shape")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a value.
///
/// # Errors
/// When the text is not JSON, or not of the value's shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Reader(&parse(text)?))
}

fn parse(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|_| Unreadable)
}

/// An object that is looked at before it is known what it is.
#[derive(Clone, Debug)]
pub struct Object(Value);

impl Object {
    /// # Errors
    /// When the text is not JSON.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        parse(text).map(Self)
    }

    /// A member's text; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// One member. What is absent reads like `null`.
    ///
    /// # Errors
    /// When it is not of the wanted shape.
    pub fn member<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unreadable> {
        T::deserialize(Reader(self.0.get(name).unwrap_or(&Value::Null)))
    }

    /// All of it, or those of its members that `T` has.
    ///
    /// # Errors
    /// When it is not of the wanted shape.
    pub fn whole<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        T::deserialize(Reader(&self.0))
    }
}

impl Object {
    /// A `Result` as serde writes it: `{"Ok":…}` or `{"Err":…}`.
    ///
    /// # Errors
    /// When it is not of the wanted shape.
    pub fn outcome<T: DeserializeOwned>(&self) -> Result<Result<T, AppError>, Unreadable> {
        match self.0.get("Ok") {
            Some(value) => T::deserialize(Reader(value)).map(Ok),
            None => self.member("Err").map(Err),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

/// Reads a type from an object that it looks at more than once: for `Deserialize` where serde's
/// `flatten` or `tag` would be.
///
/// # Errors
/// Those of `read`.
pub fn from_object<'de, D, T>(
    deserializer: D,
    read: impl FnOnce(&Object) -> Result<T, Unreadable>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    read(&Object::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// Arguments and answers of server functions: `input = Json, output = Json`.
pub type Json = Post<JsonEncoding>;

/// What server functions send.
pub struct JsonEncoding;

impl ContentType for JsonEncoding {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonEncoding {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        read(std::str::from_utf8(&bytes).map_err(|_| Unreadable)?)
    }
}

/// What the first render says of the page itself.
pub struct JsonCodec;

impl<T: Serialize> Encoder<T> for JsonCodec {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for JsonCodec {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        read(text)
    }
}

/// Reads one value.
struct Reader<'a>(&'a Value);

impl<'de> Reader<'de> {
    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.0.as_i64().ok_or(Unreadable)?)
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.0.as_str().ok_or(Unreadable)?)
    }

    fn members<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let members = self.0.as_object().ok_or(Unreadable)?;
        visitor.visit_map(Members::of(members))
    }

    fn items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let mut items = Items(self.0.as_array().ok_or(Unreadable)?.iter());
        let value = visitor.visit_seq(&mut items)?;
        if items.0.next().is_none() { Ok(value) } else { Err(Unreadable) }
    }
}

/// Types whose readers are the same.
macro_rules! read_as {
    ($($method:ident)+ => $as:ident) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            self.$as(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Unreadable;

    read_as!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 => integer);
    read_as!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 => integer);
    read_as!(deserialize_char deserialize_str deserialize_string deserialize_identifier => text);
    read_as!(deserialize_map => members);
    read_as!(deserialize_seq => items);
    read_as!(deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf => deserialize_any);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(number) => visitor.visit_i64(number),
                None => visitor.visit_f64(number.as_f64().ok_or(Unreadable)?),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => self.items(visitor),
            Value::Object(_) => self.members(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(Unreadable) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.members(visitor)
    }

    /// A word, or an object of one member that the variant names. Other forms are read by [`from_object`].
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(word) => {
                let word: StrDeserializer<'de, Unreadable> = word.as_str().into_deserializer();
                visitor.visit_enum(word)
            }
            Value::Object(members) => visitor.visit_enum(MapAccessDeserializer::new(Members::of(members))),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }
}

struct Members<'a> {
    rest: serde_json::map::Iter<'a>,
    /// That of the key that was read last.
    value: &'a Value,
}

impl<'a> Members<'a> {
    fn of(members: &'a serde_json::Map<String, Value>) -> Self {
        Self { rest: members.iter(), value: &Value::Null }
    }
}

impl<'de> de::MapAccess<'de> for Members<'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        seed.deserialize(Reader(self.value))
    }
}

/// The name of a member: a word, or a number in digits.
struct Key<'a>(&'a str);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.0)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.0.parse().map_err(|_| Unreadable)?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let word: StrDeserializer<'de, Unreadable> = self.0.into_deserializer();
        visitor.visit_enum(word)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'de> de::SeqAccess<'de> for &mut Items<'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(Reader(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

#[cfg(test)]
mod tests;
