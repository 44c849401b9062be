//! The methods that a path item may hold.

/// HTTP methods of OpenAPI 3.0, which progenitor reads.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
