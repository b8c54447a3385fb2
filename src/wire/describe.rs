//! Macros that generate [`Field`](super::Field) implementations from lists of fields.

/// A field that wraps a simpler one: `wire_newtype!(Esi([u8; 10]))` for a public tuple field, displayed by its own `Display`;
/// `wire_newtype!(Asn(u32) => number)` if JSON has the number.
macro_rules! wire_newtype {
    ($($type:ident $(<$life:lifetime>)? ($inner:ty) $(=> $number:ident)?)*) => { $(
        impl<'a> $crate::wire::Field<'a> for $type $(<$life>)? {
            #[inline]
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                <$inner as $crate::wire::Field<'a>>::read(c).map(Self)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            $(fn number(&self) -> Option<u64> {
                // The word marks the value as a number.
                const _: &str = stringify!($number);
                $crate::wire::Field::number(&self.0)
            })?

            fn wire_len(&self) -> usize {
                $crate::wire::Field::wire_len(&self.0)
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::Field::check(&self.0)
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.0, out);
            }
        }
    )* };
}
pub(crate) use wire_newtype;

/// A field of a registry's numbers: `wire_codes!(Afi(u16))` for types of [`crate::codes`].
macro_rules! wire_codes {
    ($($type:ident($inner:ty))*) => { $(
        impl<'a> $crate::wire::Field<'a> for $type {
            #[inline]
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                <$inner as $crate::wire::Field<'a>>::read(c).map(Self)
            }

            #[cfg_attr(optimised, inline(always))]
            fn place<O: $crate::wire::Observer>(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                o: &mut O,
            ) -> $crate::error::Result<Self> {
                o.coded(c, name, |number: $inner| Self(number), Self::name)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            fn wire_len(&self) -> usize {
                size_of::<$inner>()
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.0, out);
            }
        }
    )* };
}
pub(crate) use wire_codes;

/// A field of bit flags: `wire_flags!(Type(u8))` for a `bitflags` type, displayed by the names of its bits.
macro_rules! wire_flags {
    ($($type:ident($inner:ty))*) => { $(
        impl<'a> $crate::wire::Field<'a> for $type {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                <$inner as $crate::wire::Field<'a>>::read(c).map(Self::from_bits_retain)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                if self.is_empty() {
                    return f.write_str("0");
                }
                let mut first = true;
                for (name, _) in self.iter_names() {
                    if !core::mem::take(&mut first) {
                        f.write_str("|")?;
                    }
                    f.write_str(name)?;
                }
                let known = self.iter_names().fold(0, |all, (_, flag)| all | flag.bits());
                let unnamed = self.bits() & !known;
                if unnamed != 0 {
                    if !first {
                        f.write_str("|")?;
                    }
                    write!(f, "{unnamed:#x}")?;
                }
                Ok(())
            }

            fn wire_len(&self) -> usize {
                size_of::<$inner>()
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.bits(), out);
            }
        }
    )* };
}
pub(crate) use wire_flags;

/// A structure of consecutive fields.
///
/// ```text
/// wire_struct! {
///     /// What it is (RFC and section).
///     pub struct Name<'a> {
///         /// What the field is, units.
///         field: Type,
///     }
/// }
/// ```
/// Every field type is a [`Field`]. The list generates `Field`, `Display` (`field=value field=value`), `parse_at`, `encoded_len`,
/// `encode`, and `Serialize` with the feature `serde`. Fields are public: the structure is its own builder. If fields depend on
/// each other, `check(function)` after the braces names the check that runs before writing.
macro_rules! wire_struct {
    (
        $(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* } $(check($check:path))?
    ) => {
        $crate::wire::wire_struct!(@ {$(#[$doc])*} $name {} {$($(#[$field_doc])* $field: $type,)*} {$($check)?});
    };
    (
        $(#[$doc:meta])* pub struct $name:ident<'a> { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* } $(check($check:path))?
    ) => {
        $crate::wire::wire_struct!(@ {$(#[$doc])*} $name {<'a>} {$($(#[$field_doc])* $field: $type,)*} {$($check)?});
    };
    (
        @ {$(#[$doc:meta])*} $name:ident {$($generics:tt)*} {$($(#[$field_doc:meta])* $field:ident: $type:ty,)*} {$($check:path)?}
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
        pub struct $name $($generics)* { $($(#[$field_doc])* pub $field: $type,)* }

        impl<'a> $name $($generics)* {
            /// Reads all of `bytes`, which start `offset` octets into the outermost input.
            ///
            /// # Errors
            /// A truncated or malformed field, octets left over.
            pub fn parse_at(bytes: &'a [u8], offset: u64) -> $crate::error::Result<Self> {
                $crate::wire::whole(bytes, offset)
            }

            /// Octets on the wire.
            pub fn encoded_len(&self) -> usize {
                $crate::wire::Field::wire_len(self)
            }

            /// Writes the octets.
            ///
            /// # Errors
            /// A value that does not fit its field, or too little room; then nothing is written.
            pub fn encode(&self, out: &mut impl $crate::wire::Sink) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::encode(self, out)
            }

            /// Adds the fields to a JSON object, which may get more members.
            pub(crate) fn members<O: $crate::wire::JsonObject>(&self, object: &mut O) -> $crate::error::Result<(), O::Error> {
                $(object.member(stringify!($field), &self.$field)?;)*
                Ok(())
            }
        }

        impl<'a> $crate::wire::Field<'a> for $name $($generics)* {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                Self::place(c, "", &mut ())
            }

            #[inline]
            fn place<O: $crate::wire::Observer>(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                o: &mut O,
            ) -> $crate::error::Result<Self> {
                o.group(c, name, |c, o| Ok(Self { $($field: o.field(c, stringify!($field))?,)* }))
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            fn json<J: $crate::wire::JsonSink>(&self, out: J) -> $crate::error::Result<J::Ok, J::Error> {
                use $crate::wire::JsonObject as _;
                let mut object = out.object()?;
                self.members(&mut object)?;
                object.end()
            }

            fn wire_len(&self) -> usize {
                0usize $(.saturating_add($crate::wire::Field::wire_len(&self.$field)))*
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $($crate::wire::Field::check(&self.$field).map_err(|e| e.of(stringify!($field)))?;)*
                $($check(self)?;)?
                Ok(())
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $($crate::wire::Field::write(&self.$field, out);)*
            }
        }

        impl<'a> core::fmt::Display for $name $($generics)* {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut between = "";
                $(
                    f.write_str(core::mem::replace(&mut between, " "))?;
                    f.write_str(concat!(stringify!($field), "="))?;
                    $crate::wire::Field::show(&self.$field, f)?;
                )*
                let _ = between;
                Ok(())
            }
        }

        $crate::wire::serialize_as_json!($name $($generics)*);
    };
}
pub(crate) use wire_struct;

/// A choice by a leading type: `type, length, value`, or `type, value` if the value fills the window.
///
/// ```text
/// wire_tlv! {
///     /// What the choice is.
///     pub enum Name<'a>(u8, 1) {     // type's integer; octets of the length, `whole 2` or `by_type` (`TlvLength`)
///         /// What it is (RFC and section).
///         1 "name" Variant(Type),
///     }
/// }
/// ```
/// Rows of a registry (`codes`) work as well: `NAME = 1, "registered name", "source" { "name" Variant(Type), "More about it."
/// };`. Rows without braces only define names.
///
/// A type without a row is `Unknown { kind, raw }` and is kept. A known type with a malformed body is an error with its offset;
/// the end of its window is still known, so lists continue after it. With `kept_if` and a function of type and octets after the
/// parentheses, a malformed body for which it returns true is `Unknown` too, and only an observer gets the error.
macro_rules! wire_tlv {
    ($(#[$doc:meta])* pub enum $name:ident<'a>($int:ty, $($len:tt)+) $(kept_if $keep:path)? {
        $($(#[$row_doc:meta])* $code:literal $text:literal $variant:ident($type:ty),)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum $name<'a> {
            $($(#[$row_doc])* $variant($type),)*
            /// A type without a row, undecoded.
            Unknown {
                /// The type on the wire.
                kind: $int,
                /// The octets after the length.
                raw: &'a [u8],
            },
        }

        impl<'a> $name<'a> {
            /// Type and name of every row.
            pub const TYPES: &'static [($int, &'static str)] = &[$(($code, $text)),*];

            const LENGTH: $crate::wire::TlvLength = $crate::wire::tlv_length!($($len)+);

            /// The type on the wire.
            pub const fn kind(&self) -> $int {
                match self {
                    $(Self::$variant(_) => $code,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            /// The row's name; `None` for a type without a row.
            pub const fn name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some($text),)*
                    Self::Unknown { .. } => None,
                }
            }

            const fn name_of(kind: $int) -> Option<&'static str> {
                match kind {
                    $($code => Some($text),)*
                    _ => None,
                }
            }

            /// Reads the body of type `kind`, `offset` octets into the outermost input.
            ///
            /// # Errors
            /// A truncated or malformed field, octets left over.
            pub fn parse_body(kind: $int, bytes: &'a [u8], offset: u64) -> $crate::error::Result<Self> {
                Self::place_body(kind, $crate::wire::Cursor::at(bytes, offset), &mut ())
            }

            #[inline]
            fn place_body<O: $crate::wire::Observer>(
                kind: $int,
                mut body: $crate::wire::Cursor<'a>,
                o: &mut O,
            ) -> $crate::error::Result<Self> {
                #[cfg(test)]
                let bytes = body.rest();
                let value = match kind {
                    $($code => {
                        o.label(&$text);
                        Self::$variant(o.field(&mut body, "value")?)
                    })*
                    _ => Self::Unknown { kind, raw: o.field(&mut body, "value")? },
                };
                o.finish(&body)?;
                #[cfg(test)]
                $crate::wire::rows::decoded_octets(stringify!($name), kind, bytes);
                Ok(value)
            }

            /// Octets on the wire.
            pub fn encoded_len(&self) -> usize {
                $crate::wire::Field::wire_len(self)
            }

            /// Writes the octets.
            ///
            /// # Errors
            /// A value that does not fit its field, `Unknown` with a type that has a row, or too little room; then nothing is
            /// written.
            pub fn encode(&self, out: &mut impl $crate::wire::Sink) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::encode(self, out)
            }

            fn body_len(&self) -> usize {
                match self {
                    $(Self::$variant(value) => $crate::wire::Field::wire_len(value),)*
                    Self::Unknown { raw, .. } => raw.len(),
                }
            }
        }

        impl<'a> $crate::wire::Field<'a> for $name<'a> {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                Self::place(c, "", &mut ())
            }

            #[inline]
            fn place<O: $crate::wire::Observer>(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                o: &mut O,
            ) -> $crate::error::Result<Self> {
                o.group(c, name, |c, o| {
                    let kind: $int = o.coded(c, "type", |kind: $int| kind, Self::name_of)?;
                    let octets = o.length(c, |c| Self::LENGTH.read(u64::from(kind), size_of::<$int>(), c))?;
                    o.window(c, octets, |body, o| {
                        // Observed fields are adjacent: for a kept body it is the whole.
                        $(if O::OBSERVES
                            && $keep(kind, body.rest())
                            && let Err(e) = Self::place_body(kind, body, &mut ())
                        {
                            let raw = o.field(&mut { body }, "value")?;
                            o.error(e);
                            return Ok(Self::Unknown { kind, raw });
                        })?
                        let value = Self::place_body(kind, body, o);
                        $(if value.is_err() && $keep(kind, body.rest()) {
                            return Ok(Self::Unknown { kind, raw: body.rest() });
                        })?
                        value
                    })
                })
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            fn json<J: $crate::wire::JsonSink>(&self, out: J) -> $crate::error::Result<J::Ok, J::Error> {
                use $crate::wire::JsonObject as _;
                let mut object = out.object()?;
                object.member("type", &self.kind())?;
                if let Some(name) = self.name() {
                    object.member("name", name)?;
                }
                match self {
                    $(Self::$variant(value) => object.member("value", value)?,)*
                    Self::Unknown { raw, .. } => object.member("value", raw)?,
                }
                object.end()
            }

            fn wire_len(&self) -> usize {
                size_of::<$int>()
                    .saturating_add(Self::LENGTH.octets(u64::from(self.kind())))
                    .saturating_add(self.body_len())
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                match self {
                    $(Self::$variant(value) => $crate::wire::Field::check(value).map_err(|e| e.of($text))?,)*
                    $(Self::Unknown { kind, raw } if $keep(*kind, raw) && Self::parse_body(*kind, raw, 0).is_err() => {})?
                    // It would be read back as the row's value, or not at all.
                    Self::Unknown { kind, .. } if Self::TYPES.iter().any(|(row, _)| row == kind) => {
                        return Err($crate::error::EncodeError::unrepresentable("type"));
                    }
                    Self::Unknown { .. } => {}
                }
                let name = self.name().unwrap_or("unknown");
                Self::LENGTH.check(u64::from(self.kind()), size_of::<$int>(), self.body_len(), name)
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.kind(), out);
                Self::LENGTH.write(u64::from(self.kind()), size_of::<$int>(), self.body_len(), out);
                match self {
                    $(Self::$variant(value) => $crate::wire::Field::write(value, out),)*
                    Self::Unknown { raw, .. } => out.put_slice(raw),
                }
            }
        }

        impl core::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant(value) => {
                        f.write_str(concat!($text, "("))?;
                        $crate::wire::Field::show(value, f)?;
                        f.write_str(")")
                    })*
                    Self::Unknown { kind, raw } => {
                        write!(f, "type-{kind}(")?;
                        $crate::wire::hex(raw, f)?;
                        f.write_str(")")
                    }
                }
            }
        }

        $crate::wire::serialize_as_json!($name<'a>);
    };
    ($(#[$doc:meta])* pub enum $name:ident<'a>($int:ty, $($len:tt)+) $(kept_if $keep:path)? {
        $(
            $point:ident = $code:literal, $registered:literal, $source:literal
            $({ $text:literal $variant:ident($type:ty) $(, $more:literal)? })?;
        )*
    }) => {
        $crate::wire::wire_tlv! {
            $(#[$doc])*
            pub enum $name<'a>($int, $($len)+) $(kept_if $keep)? {
                $($(
                    #[doc = concat!($registered, " (", $source, ").")]
                    $(#[doc = $more])?
                    $code $text $variant($type),
                )?)*
            }
        }
    };
}
pub(crate) use wire_tlv;
