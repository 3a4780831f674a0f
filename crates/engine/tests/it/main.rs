//! The engine on archives made by real runs, and the window's side of its types.

mod bindings;
