//! `Debug` for types that hold what customers wrote.

/// Implements `Debug` with the type's name alone.
macro_rules! redact_debug {
    ($($type:ident),+ $(,)?) => {
        $(impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        })+
    };
}

pub(crate) use redact_debug;
