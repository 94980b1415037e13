//! BB codes (placeholder until the next commit).
