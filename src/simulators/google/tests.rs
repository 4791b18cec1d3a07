//! The Google site, asked without a socket.
