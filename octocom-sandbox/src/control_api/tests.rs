//! Tests of the control API without a server.
