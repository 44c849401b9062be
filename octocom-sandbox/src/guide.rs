//! Guides, with examples that are compiled and run as tests.

#[doc = include_str!("../docs/test-your-code.md")]
pub mod test_your_code {}

#[doc = include_str!("../docs/other-languages.md")]
pub mod other_languages {}

#[doc = include_str!("../docs/record-faults.md")]
pub mod record_faults {}
