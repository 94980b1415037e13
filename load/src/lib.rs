//! Load
