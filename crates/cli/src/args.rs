//! The command line's grammar. CLI.md's contract is kept by the journeys.

use std::path::PathBuf;

use chrono::NaiveDateTime;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use sidekeep_model::{Kind, RunId, Time};

use crate::when::{parse_wall, parse_when};

/// What the exit code says (CLI.md).
pub(crate) const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 usage, 3 done but partial, 4 held back as \
                                     suspicious, 5 busy (another writer).";

/// Mirrors a phone's contacts, calendars and photos into a plain folder that only grows, and gets them out again.
#[derive(Debug, Parser)]
#[command(
    name = "sidekeep",
    version,
    max_term_width = 100,
    after_help = EXIT_CODES,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// The archive's folder [default: the platform's data folder]
    #[arg(long, global = true, env = "SIDEKEEP_ARCHIVE", value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
    /// Write JSON to stdout and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress, no summaries; of a restore only how it ended
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What is reachable now and what is known, and what you must do
    Phones(Phones),
    /// Remember a source
    Add(Add),
    /// Forget a source; everything kept stays kept
    Forget {
        /// Its name or the source itself
        source: String,
    },
    /// Pair with a phone over Wi-Fi, by the code that it shows
    Pair(Pair),
    /// Mirror phones into the archive
    Mirror(Mirror),
    /// What is on the phones, kept, verified, and not readable and why
    Status,
    /// List what is kept
    List {
        /// Which kind; photos bring films with them
        #[arg(value_parser = kinds())]
        kind: Kind,
        #[command(flatten)]
        filter: Filter,
    },
    /// Find words in everything kept
    Search {
        /// All of them must match; beginnings of words suffice
        #[arg(required = true)]
        words: Vec<String>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show one item
    Show {
        /// As `list` gives it
        id: sidekeep_model::ItemId,
        /// The bytes as they came from the phone
        #[arg(long, conflicts_with = "history")]
        raw: bool,
        /// Its versions and what changed
        #[arg(long)]
        history: bool,
    },
    /// The runs, or one run's changes
    History {
        /// A run, as `history` lists it
        run: Option<RunArg>,
    },
    /// Runs that were held back as suspicious, and the decision about them
    Hold {
        #[command(subcommand)]
        decision: Option<Decision>,
    },
    /// Write what is kept as vCard, iCalendar or pictures
    Export(Export),
    /// Put something kept back on a phone; adds and changes, never deletes
    Restore(Restore),
    /// Re-read everything and compare it with what was kept
    Verify {
        /// Read only this share of the originals, in percent
        #[arg(long, value_name = "P", value_parser = clap::value_parser!(u8).range(1..=100))]
        sample: Option<u8>,
        /// Also export contacts and calendars, read them back and compare every field
        #[arg(long)]
        drill: bool,
    },
    /// Make the index anew from the journal and the files
    Rebuild,
    /// Everything kept as canonical text, for comparing two archives
    Dump,
    /// Mirror a simulated phone into a temporary archive, to look round
    Demo {
        /// Keep the archive here (a new or empty folder) instead of a temporary folder
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
    /// Print completions for a shell
    Completions {
        /// Which one
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct Phones {
    /// Go on and tell what comes and goes
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// adb-wifi:NAME[/ROOT], adb://HOST:PORT[/ROOT], adb-usb:SERIAL, mtp:SERIAL, folder:PATH, dav+https://USER@HOST/PATH, or
    /// the e-mail address of an account
    pub(crate) source: String,
    /// What to call it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Read the account's password from the first line of standard input, and keep it in the system's keyring or, where
    /// there is none, in an encrypted file
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Of a phone over MTP: look into this folder of each of its storages, and into what is below, instead of the usual
    /// ones (DCIM, Pictures, Movies, Download, Documents); may be given several times. What is kept of others stays kept
    #[arg(long, value_name = "FOLDER", value_parser = folder)]
    pub(crate) folder: Vec<String>,
    /// The phone that it belongs to (name or id): what both have alike is shown and exported once, and --phone of the
    /// others means both
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// It belongs to no phone any longer
    #[arg(long, conflicts_with = "phone")]
    pub(crate) alone: bool,
}

/// On the phone: Settings, Developer options, Wireless debugging, "Pair device with pairing code". The code is asked for.
#[derive(Debug, Args)]
pub(crate) struct Pair {
    /// What the phone shows beside the code, such as 192.168.1.20:37123 [default: the only phone in this network that shows a
    /// code]
    #[arg(value_name = "HOST:PORT")]
    pub(crate) address: Option<String>,
    /// Show a QR code here instead, for "Pair device with QR code" on the phone
    #[arg(long, conflicts_with_all = ["address", "code_stdin"])]
    pub(crate) qr: bool,
    /// Read the six digits from the first line of standard input
    #[arg(long)]
    pub(crate) code_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Mirror {
    /// Names or sources [default: all that are remembered]
    pub(crate) phones: Vec<String>,
    /// Only these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kinds())]
    pub(crate) only: Vec<Kind>,
    /// Bring in what there is, the dearest first; believe no absence
    #[arg(long)]
    pub(crate) rescue: bool,
    /// Say what a run would do, and do nothing
    #[arg(long, conflicts_with = "rescue")]
    pub(crate) dry_run: bool,
    /// Files under way at once [default: as many as the link takes]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: Option<u16>,
}

/// What list, export and restore choose by.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Filter {
    /// Only from this phone (name or id) and what belongs to it
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// As it was then: 2026-11-22, 2026-11-22T13:34 or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = parse_when)]
    pub(crate) as_of: Option<Time>,
    /// What is no longer on the phone, instead of what is there
    #[arg(long)]
    pub(crate) gone: bool,
    /// Events that end, photos taken, other items changed, at this time or later
    #[arg(long, value_name = "TIME", value_parser = parse_wall)]
    pub(crate) since: Option<NaiveDateTime>,
    /// Events that start, photos taken, other items changed, before this time
    #[arg(long, value_name = "TIME", value_parser = parse_wall)]
    pub(crate) until: Option<NaiveDateTime>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
}

/// A folder on a phone, below its storage.
fn folder(text: &str) -> Result<String, &'static str> {
    let folder = text.trim_matches('/');
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0');
    match folder.split('/').all(is_name) {
        true => Ok(folder.to_owned()),
        false => Err("no folder of a phone; one looks like DCIM or Android/media/com.example"),
    }
}

/// A kind by its plural or its singular.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    let words = Kind::ALL.map(|kind| PossibleValue::new(kind.plural()).alias(kind.name()));
    PossibleValuesParser::new(words).try_map(|word| word.parse::<Kind>())
}

#[derive(Clone, Debug)]
pub(crate) struct RunArg(pub(crate) RunId);

impl std::str::FromStr for RunArg {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(RunId::from(text)))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Decision {
    /// Its changes count
    Accept {
        /// As `hold` lists it, or how it begins [default: the only one that waits]
        run: Option<RunArg>,
    },
    /// Its changes never count; the view before stays
    Refuse {
        /// As `hold` lists it, or how it begins [default: the only one that waits]
        run: Option<RunArg>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Which kind; photos bring films with them
    #[arg(value_parser = kinds())]
    pub(crate) kind: Kind,
    /// A folder; or one file that ends in .vcf or .ics
    #[arg(long, value_name = "PATH")]
    pub(crate) to: PathBuf,
    /// Who will read it
    #[arg(long = "for", value_enum, value_name = "TARGET", default_value = "plain")]
    pub(crate) target: Target,
    /// vCard version [default: what the target reads best]
    #[arg(long, value_name = "VERSION", value_enum)]
    pub(crate) vcard: Option<VcardVersion>,
    /// One file per contact
    #[arg(long)]
    pub(crate) per_contact: bool,
    /// Pictures as JPEG
    #[arg(long)]
    pub(crate) jpeg: bool,
    /// JPEG quality [default: 90]; means --jpeg
    #[arg(long, value_name = "1-100", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) quality: Option<u8>,
    /// Longest side of a JPEG in pixels; means --jpeg
    #[arg(long, value_name = "PX", value_parser = clap::value_parser!(u32).range(16..=65_500))]
    pub(crate) long_edge: Option<u32>,
    /// Pictures and films byte for byte (the default)
    #[arg(long, conflicts_with_all = ["jpeg", "quality", "long_edge"])]
    pub(crate) originals: bool,
    /// Replace files that exist
    #[arg(long)]
    pub(crate) replace: bool,
    /// Also birthday calendars, messenger and SIM copies
    #[arg(long)]
    pub(crate) derived: bool,
    #[command(flatten)]
    pub(crate) filter: Filter,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// Contacts, events or tasks
    #[arg(value_parser = kinds())]
    pub(crate) kind: Kind,
    /// The phone, by its name, or a source; it is mirrored first
    #[arg(long, value_name = "PHONE")]
    pub(crate) to: String,
    /// What happens to an item that the phone has otherwise
    #[arg(long, alias = "strategy", value_enum, default_value = "merge")]
    pub(crate) policy: Policy,
    /// Tell what would be written, item by item and field by field, and write nothing to the phone
    #[arg(long, alias = "dry-run")]
    pub(crate) preview: bool,
    /// The address book or calendar to write to [default: where each item was]
    #[arg(long, value_name = "COLLECTION")]
    pub(crate) into: Option<String>,
    /// Only this item, as `list` gives it; may be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) id: Vec<sidekeep_model::ItemId>,
    #[command(flatten)]
    pub(crate) filter: Filter,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Policy {
    /// The phone's stays, the archive's is added beside it
    KeepBoth,
    /// Both become one, field by field; where both changed a field the phone's stays
    Merge,
    /// The phone's stays; only what is missing is added
    KeepPhone,
    /// The archive's takes the place of the phone's
    KeepArchive,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Target {
    Apple,
    Google,
    Outlook,
    Android,
    Nextcloud,
    Plain,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VcardVersion {
    #[value(name = "3.0")]
    V3,
    #[value(name = "4.0")]
    V4,
}
