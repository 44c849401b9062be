//! What a restore can be told to restore.

use uuid::Uuid;

use super::version::{Version, VersionId};
use crate::input::Checked;

/// Most characters of an id that a message shows.
const MAX_SHOWN_CHARS: usize = 50;

/// Names a version to restore: a [`Version`], its id, a UUID or a text.
///
/// The API takes UUIDs only; anything else is refused before sending. Sealed.
pub trait RestorePoint: private::Sealed {
    #[doc(hidden)]
    fn version_id(&self) -> Checked<Uuid>;
}

mod private {
    pub trait Sealed {}
    impl Sealed for uuid::Uuid {}
    impl Sealed for super::VersionId {}
    impl Sealed for super::Version {}
    impl Sealed for str {}
    impl Sealed for String {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}

impl RestorePoint for Uuid {
    fn version_id(&self) -> Checked<Uuid> {
        Ok(*self)
    }
}

impl RestorePoint for str {
    fn version_id(&self) -> Checked<Uuid> {
        // What is no UUID may be anything, also something that was pasted by mistake.
        Uuid::try_parse(self).map_err(|_| {
            let length = self.chars().count();
            format!("version id: {length} characters that are no UUID")
        })
    }
}

impl RestorePoint for String {
    fn version_id(&self) -> Checked<Uuid> {
        self.as_str().version_id()
    }
}

impl RestorePoint for VersionId {
    fn version_id(&self) -> Checked<Uuid> {
        self.uuid().ok_or_else(|| {
            let shown: String = self.as_str().chars().take(MAX_SHOWN_CHARS).collect();
            format!("version id: `{}` is no UUID", shown.escape_debug())
        })
    }
}

impl RestorePoint for Version {
    fn version_id(&self) -> Checked<Uuid> {
        match self.id() {
            Some(id) => id.version_id(),
            None => Err("version id: the entry has none that can be read".to_owned()),
        }
    }
}

impl<T: RestorePoint + ?Sized> RestorePoint for &T {
    fn version_id(&self) -> Checked<Uuid> {
        (**self).version_id()
    }
}
