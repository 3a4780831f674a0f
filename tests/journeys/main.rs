//! Journeys end to end, one module each.

mod architecture;
