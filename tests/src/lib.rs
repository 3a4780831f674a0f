//! Journeys end to end live in `tests/`; this file only makes the package.
