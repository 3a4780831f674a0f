//! The window's side of the types (`ui/src/ipc/bindings/index.ts`) is the one that this Rust gives.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sidekeep_engine::Settings;
use sidekeep_engine::screen::{
    AccountFound, AccountOrder, CalendarRow, ChangeRow, EntryDetail, ExportDone, ExportOrder, Found, Gallery,
    HoldRow, Home, Occurrence, Opening, PairingCode, Person, PersonDetail, PhotoDetail, PhotoFilter,
    RestoreDone, RestoreOrder, RestorePlaces, RunRow, Running, Span, TaskRow, Trouble,
};
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str = "// Made from the Rust types by `cargo xtask bindings`. Change those, not this file.\n";

/// The declarations of the types visited and of all that they name, by name.
struct Declarations {
    config: Config,
    all: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types without a file of their own are the language's: string, Array.
        if T::output_path().is_none() {
            T::visit_generics(self);
            return;
        }
        let name = T::ident(&self.config);
        let declaration = format!(
            "{}export {}\n",
            T::docs().unwrap_or_default(),
            T::decl(&self.config)
        );
        match self.all.insert(name.clone(), declaration.clone()) {
            None => T::visit_dependencies(self),
            Some(same) => assert_eq!(same, declaration, "two types are called {name}"),
        }
    }
}

fn made() -> String {
    let mut declarations = Declarations {
        config: Config::new().with_large_int("number"),
        all: BTreeMap::new(),
    };
    macro_rules! visit {
        ($($kind:ty),*) => { $(declarations.visit::<$kind>();)* };
    }
    visit!(
        AccountFound,
        AccountOrder,
        CalendarRow,
        ChangeRow,
        EntryDetail,
        ExportDone,
        ExportOrder,
        Found,
        Gallery,
        Home,
        HoldRow,
        Occurrence,
        Opening,
        PairingCode,
        Person,
        PersonDetail,
        PhotoDetail,
        PhotoFilter,
        RestoreDone,
        RestoreOrder,
        RestorePlaces,
        RunRow,
        Running,
        Settings,
        Span,
        TaskRow,
        Trouble
    );
    let lines = declarations.all.values().flat_map(|one| one.lines().chain([""]));
    let text: String = lines.flat_map(|line| [line.trim_end(), "\n"]).collect();
    format!("{HEAD}\n{}\n", text.trim_end())
}

#[test]
fn bindings() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc/bindings/index.ts");
    let made = made();
    if std::env::var("SIDEKEEP_BINDINGS").as_deref() == Ok("write") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "ui/src/ipc/bindings/index.ts is not what the types give; `cargo xtask bindings` makes it anew"
    );
}
