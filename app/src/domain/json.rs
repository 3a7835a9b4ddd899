//! Reads the JSON that the server writes for the console: answers, and the data in a page.
//!
//! It reads nothing else. The usual reader also knows fractions, lists in place of objects, and messages that say what
//! is wrong and where. It is compiled again for every type that travels, which made it a fifth of the WASM.

use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};
use std::{borrow::Cow, fmt, mem};

/// The value of type `T` that the text holds; `None` if it does not hold exactly one.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut reader = Reader { rest: text };
    let value = T::deserialize(&mut reader).ok()?;
    reader.peek().is_err().then_some(value)
}

/// The text is wrong somewhere. It has no details, because callers report an error of their own.
#[derive(Debug)]
struct Wrong;

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("This is not the JSON that was expected.")
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Read<T> = Result<T, Wrong>;

struct Reader<'de> {
    rest: &'de str,
}

impl<'de> Reader<'de> {
    /// The first byte after white space.
    fn peek(&mut self) -> Read<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
        self.rest.as_bytes().first().copied().ok_or(Wrong)
    }

    fn take(&mut self, word: &str) -> Read<()> {
        self.peek()?;
        self.rest = self.rest.strip_prefix(word).ok_or(Wrong)?;
        Ok(())
    }

    fn digits(&mut self) -> Read<&'de str> {
        self.peek()?;
        let end = self.rest.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(digits)
    }

    fn signed(&mut self) -> Read<i64> {
        self.digits()?.parse().map_err(|_| Wrong)
    }

    fn unsigned(&mut self) -> Read<u64> {
        self.digits()?.parse().map_err(|_| Wrong)
    }

    fn text(&mut self) -> Read<Cow<'de, str>> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['"', '\\']).ok_or(Wrong)?;
            let (plain, rest) = self.rest.split_at(end);
            self.rest = rest;
            match rest.strip_prefix('"') {
                Some(rest) => {
                    self.rest = rest;
                    return Ok(if text.is_empty() { Cow::Borrowed(plain) } else { Cow::Owned(text + plain) });
                }
                None => {
                    text.push_str(plain);
                    text.push(self.escaped()?);
                }
            }
        }
    }

    /// The character of an escape sequence. Surrogate pairs are refused: the server never writes them.
    fn escaped(&mut self) -> Read<char> {
        let mut signs = self.rest.chars();
        let sign = match (signs.next(), signs.next()) {
            (_, Some(same @ ('"' | '\\' | '/'))) => same,
            (_, Some('n')) => '\n',
            (_, Some('r')) => '\r',
            (_, Some('t')) => '\t',
            (_, Some('b')) => '\u{8}',
            (_, Some('f')) => '\u{c}',
            (_, Some('u')) => {
                let number = signs.as_str().get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                signs.nth(3);
                number.and_then(char::from_u32).ok_or(Wrong)?
            }
            _ => return Err(Wrong),
        };
        self.rest = signs.as_str();
        Ok(sign)
    }

    /// Skips a value of any kind.
    fn skip(&mut self) -> Read<()> {
        let mut depth = 0_usize;
        loop {
            let length = match self.peek()? {
                b'"' => {
                    self.text()?;
                    0
                }
                b'{' | b'[' => {
                    depth += 1;
                    1
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(Wrong)?;
                    1
                }
                // A number or a word; inside a list or an object also the sign between two values.
                _ => self.rest.find([',', ':', ']', '}']).unwrap_or(self.rest.len()).max(1),
            };
            self.rest = self.rest.get(length..).ok_or(Wrong)?;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn parts(&mut self, end: u8) -> Parts<'_, 'de> {
        Parts { reader: self, end, is_first: true }
    }
}

/// Defines visitors for kinds of values that are read in the same way.
macro_rules! read {
    ($($kind:ident)+ => |$reader:ident, $visitor:ident| $value:expr) => {$(
        fn $kind<V: Visitor<'de>>(self, $visitor: V) -> Read<V::Value> {
            let $reader = self;
            $value
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(Wrong)
    }

    forward_to_deserialize_any! { f32 f64 char bytes byte_buf }

    read! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 => |reader, visitor|
        visitor.visit_i64(reader.signed()?)
    }

    read! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 => |reader, visitor|
        visitor.visit_u64(reader.unsigned()?)
    }

    read! { deserialize_str deserialize_string => |reader, visitor|
        visitor.visit_string(reader.text()?.into_owned())
    }

    read! { deserialize_identifier => |reader, visitor| visitor.visit_str(&reader.text()?) }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let is_true = self.peek()? == b't';
        self.take(if is_true { "true" } else { "false" })?;
        visitor.visit_bool(is_true)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.peek()? {
            b'n' => {
                self.take("null")?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take("null")?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take("[")?;
        let value = visitor.visit_seq(self.parts(b']'))?;
        self.take("]")?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take("{")?;
        let value = visitor.visit_map(self.parts(b'}'))?;
        self.take("}")?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let has_content = self.peek()? != b'"';
        if has_content {
            self.take("{")?;
        }
        let value = visitor.visit_enum(Variant { reader: &mut *self, has_content })?;
        if has_content {
            self.take("}")?;
        }
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// The content of a list or an object, up to the sign that ends it.
struct Parts<'a, 'de> {
    reader: &'a mut Reader<'de>,
    end: u8,
    is_first: bool,
}

impl Parts<'_, '_> {
    /// Is there another part?
    fn go_on(&mut self) -> Read<bool> {
        if self.reader.peek()? == self.end {
            return Ok(false);
        }
        if !mem::take(&mut self.is_first) {
            self.reader.take(",")?;
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        if self.go_on()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        if self.go_on()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<S::Value> {
        self.reader.take(":")?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant of an enum: its name alone, or an object with its name and its content.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    has_content: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    fn content(self) -> Read<&'a mut Reader<'de>> {
        if self.has_content { Ok(self.reader) } else { Err(Wrong) }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Read<(S::Value, Self)> {
        let name = seed.deserialize(&mut *self.reader)?;
        if self.has_content {
            self.reader.take(":")?;
        }
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Read<()> {
        if self.has_content { Err(Wrong) } else { Ok(()) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Read<S::Value> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.content()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.content()?.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests;
