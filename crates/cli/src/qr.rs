//! A QR code in a terminal: two modules to a character, dark on light whatever the terminal's own colours are.

use sidekeep_engine::QrCode;

/// Light modules around the code, which a reader finds it by (ISO/IEC 18004).
const QUIET: i32 = 4;
/// Black on white, by the colours that no theme changes.
const COLOURS: &str = "\u{1b}[38;5;16;48;5;231m";
const RESET: &str = "\u{1b}[0m";

/// The code with its quiet zone; in `colours` where they are understood.
pub(crate) fn drawn(code: &QrCode, colours: bool) -> String {
    let side = i32::try_from(code.side()).unwrap_or_default();
    let columns = -QUIET..side + QUIET;
    let line = |row: i32| -> String {
        let character = |column| match (code.is_dark(column, row), code.is_dark(column, row + 1)) {
            (true, true) => '\u{2588}',
            (true, false) => '\u{2580}',
            (false, true) => '\u{2584}',
            (false, false) => ' ',
        };
        let modules: String = columns.clone().map(character).collect();
        match colours {
            true => format!("{COLOURS}{modules}{RESET}"),
            false => modules,
        }
    };
    let rows = (-QUIET..side + QUIET).step_by(2);
    rows.map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use sidekeep_engine::Invitation;

    use super::*;

    #[test]
    fn every_module_is_where_it_belongs() {
        let code = Invitation::new().unwrap().code().unwrap();
        let text = drawn(&code, false);
        let side = code.side() as i32;
        for (at, line) in (0..).zip(text.lines()) {
            assert_eq!(line.chars().count() as i32, side + 2 * QUIET);
            for (column, character) in (-QUIET..).zip(line.chars()) {
                let row = 2 * at - QUIET;
                let (upper, lower) = (
                    matches!(character, '\u{2588}' | '\u{2580}'),
                    matches!(character, '\u{2588}' | '\u{2584}'),
                );
                assert_eq!(upper, code.is_dark(column, row));
                assert_eq!(lower, code.is_dark(column, row + 1));
            }
        }
        assert_eq!(text.lines().count() as i32, (side + 2 * QUIET + 1) / 2);
        let coloured = drawn(&code, true);
        assert_eq!(coloured.replace(COLOURS, "").replace(RESET, ""), text);
        assert!(
            coloured
                .lines()
                .all(|line| line.starts_with(COLOURS) && line.ends_with(RESET))
        );
    }
}
