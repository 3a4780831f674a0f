//! The hard cases, each with where it comes from.

use proptest::prelude::*;
use sidekeep_model::TakenFrom;

use super::*;

/// Files as `name [taken] [live=…] [burst=…]`, one a line; a `taken` ends with its offset, or with `?` when it is a guess.
struct Files {
    names: Vec<String>,
    taken: Vec<Option<Taken>>,
    live: Vec<Option<String>>,
    burst: Vec<Option<String>>,
}

impl Files {
    fn of(lines: &[&str]) -> Self {
        let mut files = Self {
            names: Vec::new(),
            taken: Vec::new(),
            live: Vec::new(),
            burst: Vec::new(),
        };
        for line in lines {
            let (name, rest) = line.split_once(" | ").unwrap_or((line, ""));
            let word = |mark: &str| {
                rest.split(' ')
                    .find_map(|word| word.strip_prefix(mark))
                    .map(str::to_owned)
            };
            files.names.push(name.to_owned());
            files
                .taken
                .push(rest.split(' ').find(|word| word.starts_with("14:")).map(time));
            files.live.push(word("live="));
            files.burst.push(word("burst="));
        }
        files
    }

    fn shots(&self) -> Vec<Shot<'_>> {
        (0..self.names.len())
            .map(|index| {
                let (folder, name) = self.names[index]
                    .rsplit_once('/')
                    .unwrap_or(("DCIM", &self.names[index]));
                Shot {
                    folder,
                    name,
                    kind: kind(name),
                    taken: self.taken[index].as_ref(),
                    live: self.live[index].as_deref(),
                    burst: self.burst[index].as_deref(),
                }
            })
            .collect()
    }
}

fn kind(name: &str) -> Option<Kind> {
    match name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_lowercase()
        .as_str()
    {
        "aae" | "json" => None,
        "mov" | "mp4" | "mp" => Some(Kind::Film),
        _ => Some(Kind::Photo),
    }
}

/// `14:03:22+02:00`, `14:03:22`, `14:03:22?`
fn time(text: &str) -> Taken {
    let offset = text.get(8..).filter(|offset| offset.len() == 6);
    Taken {
        wall: format!("2024-05-03T{}", &text[..8]).parse().unwrap(),
        offset: offset.map(str::to_owned),
        source: if text.ends_with('?') {
            TakenFrom::Name
        } else {
            TakenFrom::Exif
        },
    }
}

fn shown(lines: &[&str]) -> String {
    let files = Files::of(lines);
    let told = stacks(&files.shots()).into_iter().map(|stack| {
        let members = stack
            .into_iter()
            .map(|(index, role)| format!("{} {role:?}", files.names[index]));
        members.collect::<Vec<_>>().join(", ")
    });
    told.collect::<Vec<_>>().join("; ")
}

#[test]
fn the_hard_list() {
    // Where a case comes from; the files; the stacks, the one to show first at the beginning.
    let cases: &[(&str, &[&str], &str)] = &[
        // Apple
        (
            "PRODUCT: a Live Photo is paired by its ContentIdentifier, whatever the names",
            &[
                "IMG_0001.HEIC | live=A",
                "IMG_0001_HEVC.MOV | live=A",
                "IMG_0001.MOV | live=B",
            ],
            "IMG_0001.HEIC Picture, IMG_0001_HEVC.MOV Film",
        ),
        (
            "PRODUCT: within device and folder",
            &[
                "100APPLE/IMG_0001.HEIC | live=A",
                "101APPLE/IMG_0001.MOV | live=A",
            ],
            "",
        ),
        (
            "PRODUCT: by name only if the capture times agree; a Live Photo's film begins before its still",
            &[
                "IMG_0001.JPG | 14:03:22+02:00",
                "IMG_0001.MOV | 14:03:20+02:00",
                "IMG_0002.JPG | 14:03:22",
                "IMG_0002.MOV | 14:13:22",
            ],
            "IMG_0001.JPG Picture, IMG_0001.MOV Film",
        ),
        (
            "QuickTime File Format: mvhd is UTC, EXIF is a clock of the place",
            &["IMG_0001.JPG | 14:03:22", "IMG_0001.MOV | 14:48:20+00:00"],
            "IMG_0001.JPG Picture, IMG_0001.MOV Film",
        ),
        (
            "PRODUCT: IMG_0001 comes round again; a guessed time agrees with nothing",
            &["IMG_0001.JPG | 14:03:22?", "IMG_0001.MOV | 14:03:22?"],
            "",
        ),
        (
            "PRODUCT: original, rendered edit and recipe are one group, the edit on top",
            &[
                "IMG_1234.HEIC | 14:03:22",
                "IMG_E1234.HEIC | 14:03:22",
                "IMG_1234.AAE",
                "IMG_O1234.AAE",
            ],
            "IMG_E1234.HEIC Edit, IMG_1234.HEIC Original, IMG_1234.AAE Recipe, IMG_O1234.AAE Recipe",
        ),
        (
            "Apple's Image Capture: the recipe of the original",
            &["IMG_1234.JPG", "IMG_1234_O.AAE"],
            "IMG_1234.JPG Picture, IMG_1234_O.AAE Recipe",
        ),
        (
            "an edited Live Photo has two films",
            &[
                "IMG_1234.HEIC | live=A",
                "IMG_1234.MOV | live=A",
                "IMG_E1234.JPG",
                "IMG_E1234.MOV | live=A",
            ],
            "IMG_E1234.JPG Edit, IMG_1234.HEIC Original, IMG_1234.MOV Film, IMG_E1234.MOV Film",
        ),
        (
            "an edited film",
            &[
                "IMG_1234.MOV | 14:03:22",
                "IMG_E1234.MOV | 14:03:22",
                "IMG_1234.AAE",
            ],
            "IMG_E1234.MOV Edit, IMG_1234.MOV Original, IMG_1234.AAE Recipe",
        ),
        (
            "PRODUCT: the number of an edit came round again",
            &["IMG_1234.HEIC | 14:03:22", "IMG_E1234.HEIC | 14:53:22"],
            "",
        ),
        (
            "ExifTool Apple.pm: BurstUUID",
            &[
                "IMG_1.JPG | burst=A",
                "IMG_2.JPG | burst=A",
                "IMG_3.JPG | burst=B",
                "IMG_4.JPG",
            ],
            "IMG_1.JPG Burst, IMG_2.JPG Burst",
        ),
        // Google
        (
            "immich-go #94: RAW and JPEG of a Pixel 5",
            &["PXL_20231026_210642603.dng", "PXL_20231026_210642603.jpg"],
            "PXL_20231026_210642603.jpg Picture, PXL_20231026_210642603.dng Raw",
        ),
        (
            "immich-go #94: RAW and JPEG of a Pixel 8 Pro, by two names",
            &[
                "PXL_20231207_032111247.RAW-02.ORIGINAL.dng",
                "PXL_20231207_032111247.RAW-01.COVER.jpg",
            ],
            "PXL_20231207_032111247.RAW-01.COVER.jpg Picture, PXL_20231207_032111247.RAW-02.ORIGINAL.dng Raw",
        ),
        (
            "immich-go #94: the same with a film in it",
            &[
                "PXL_20231207_032108788.RAW-01.MP.COVER.jpg",
                "PXL_20231207_032108788.RAW-02.ORIGINAL.dng",
            ],
            "PXL_20231207_032108788.RAW-01.MP.COVER.jpg Picture, PXL_20231207_032108788.RAW-02.ORIGINAL.dng Raw",
        ),
        (
            "immich-go pixel.go: the cover is made from the original",
            &[
                "PXL_20230330_184138390.MOTION-01.COVER.jpg",
                "PXL_20230330_184138390.MOTION-02.ORIGINAL.jpg",
            ],
            "PXL_20230330_184138390.MOTION-01.COVER.jpg Picture, PXL_20230330_184138390.MOTION-02.ORIGINAL.jpg Original",
        ),
        (
            "Google Takeout: the film of a Motion Photo beside it, without an ending of its own",
            &["PXL_20240503_120322123.MP.jpg", "PXL_20240503_120322123.MP"],
            "PXL_20240503_120322123.MP.jpg Picture, PXL_20240503_120322123.MP Film",
        ),
        (
            "Google Photos on the phone: edits are numbered from 2, the last one is shown",
            &[
                "PXL_20240503_120322123.jpg",
                "PXL_20240503_120322123~2.jpg",
                "PXL_20240503_120322123.MP~3.jpg",
            ],
            "PXL_20240503_120322123~2.jpg Edit, PXL_20240503_120322123.MP~3.jpg Edit, PXL_20240503_120322123.jpg Original",
        ),
        (
            "Google Takeout: -edited, in the language of the account",
            &[
                "IMG_1.jpg | 14:03:22",
                "IMG_1-edited.jpg | 14:03:22",
                "IMG_2.jpg",
                "IMG_2-bearbeitet.jpg",
            ],
            "IMG_1-edited.jpg Edit, IMG_1.jpg Original; IMG_2-bearbeitet.jpg Edit, IMG_2.jpg Original",
        ),
        (
            "Google Camera on Nexus (immich-go nexus.go): a burst named by its moment, and its cover",
            &[
                "00000IMG_00000_BURST20171111030039123.jpg",
                "00001IMG_00001_BURST20171111030039123_COVER.jpg",
            ],
            "00001IMG_00001_BURST20171111030039123_COVER.jpg Picture, 00000IMG_00000_BURST20171111030039123.jpg Burst",
        ),
        // Others
        (
            "immich-go #99: Samsung's burst",
            &[
                "20231207_101605_001.jpg",
                "20231207_101605_002.jpg",
                "20231207_101606_001.jpg",
            ],
            "20231207_101605_001.jpg Burst, 20231207_101605_002.jpg Burst",
        ),
        (
            "Huawei and Xiaomi: numbers within the second",
            &[
                "IMG_20170101_120000_BURST001_COVER.jpg",
                "IMG_20170101_120000_BURST002.jpg",
                "IMG_20170101_120001_BURST001.jpg",
            ],
            "IMG_20170101_120000_BURST001_COVER.jpg Picture, IMG_20170101_120000_BURST002.jpg Burst",
        ),
        (
            "DCF 2.0: a raw beside its JPEG has its name, and the next thousand pictures too",
            &[
                "DSC_0001.NEF | 14:03:22",
                "DSC_0001.JPG | 14:03:22",
                "DSC_0002.NEF | 14:03:22",
                "DSC_0002.JPG | 14:44:22",
            ],
            "DSC_0001.JPG Picture, DSC_0001.NEF Raw",
        ),
        (
            "two plain pictures of a name are copies, which are another matter",
            &["IMG_0001.HEIC | 14:03:22", "IMG_0001.JPG | 14:03:22"],
            "",
        ),
        (
            "WhatsApp: names count within a day, a picture and a film of a number have nothing in common",
            &[
                "IMG-20240503-WA0001.jpg",
                "VID-20240503-WA0001.mp4",
                "IMG-20240503-WA0002.jpg",
            ],
            "",
        ),
        (
            "WhatsApp on the desktop: a number in brackets is another picture",
            &[
                "WhatsApp Image 2024-05-03 at 14.03.22.jpeg",
                "WhatsApp Image 2024-05-03 at 14.03.22 (1).jpeg",
            ],
            "",
        ),
        (
            "Windows: short names of the FAT file system count from 1",
            &["IMG_20.JPG", "IMG_20~1.JPG"],
            "",
        ),
        // Google Takeout's sidecars
        (
            "ente #4956: the older and the newer name",
            &[
                "a.jpg",
                "a.jpg.json",
                "b.jpg",
                "b.jpg.supplemental-metadata.json",
                "metadata.json",
            ],
            "a.jpg Picture, a.jpg.json Sidecar; b.jpg Picture, b.jpg.supplemental-metadata.json Sidecar",
        ),
        (
            "GooglePhotosTakeoutHelper #8: names are cut at 46 characters",
            &[
                "Urlaub in Knaufspesch in der Schneifel (38).JPG",
                "Urlaub in Knaufspesch in der Schneifel (38).JP.json",
                "Urlaub in Knaufspesch in der Schneifel (39).JP.json",
            ],
            "Urlaub in Knaufspesch in der Schneifel (38).JPG Picture, Urlaub in Knaufspesch in der Schneifel (38).JP.json Sidecar",
        ),
        (
            "GooglePhotosTakeoutHelper #449: so are the newer ones",
            &[
                "PXL_20240503_120322123.PORTRAIT.jpg",
                "PXL_20240503_120322123.PORTRAIT.jpg.supplement.json",
            ],
            "PXL_20240503_120322123.PORTRAIT.jpg Picture, PXL_20240503_120322123.PORTRAIT.jpg.supplement.json Sidecar",
        ),
        (
            "ente #4956: the number of a name that came twice stands at another place",
            &[
                "IMG_1234(1).jpg",
                "IMG_1234.jpg(1).json",
                "IMG_1234.jpg",
                "IMG_1234.jpg.supplemental-metadata.json",
                "IMG_5(2).jpg",
                "IMG_5.jpg.supplemental-metadata(2).json",
            ],
            "IMG_1234(1).jpg Picture, IMG_1234.jpg(1).json Sidecar; IMG_1234.jpg Picture, IMG_1234.jpg.supplemental-metadata.json Sidecar; \
             IMG_5(2).jpg Picture, IMG_5.jpg.supplemental-metadata(2).json Sidecar",
        ),
        (
            "Google Takeout: an edit has the sidecar of its original",
            &["IMG_1.jpg", "IMG_1-edited.jpg", "IMG_1.jpg.json"],
            "IMG_1-edited.jpg Edit, IMG_1.jpg Original, IMG_1.jpg.json Sidecar",
        ),
    ];
    for (source, files, expected) in cases {
        assert_eq!(shown(files), *expected, "{source}");
    }
}

proptest! {
    /// No file is in two stacks or lost, and the order in which files come changes nothing but the order.
    #[test]
    fn stacks_part_the_files(mut lines in proptest::collection::vec(
        "(IMG_E?000[12]|PXL_20240503_120322123(\\.MP|~2)?|2024|D_BURST[12])(\\.(jpg|JPG|MOV|dng|AAE|json))?( \\| 14:0[34]:22(\\+02:00)?( live=[AB])?( burst=A)?)?",
        0..9,
    )) {
        let told = |lines: &[String]| {
            let files = Files::of(&lines.iter().map(String::as_str).collect::<Vec<_>>());
            let stacks = stacks(&files.shots());
            let mut seen: Vec<usize> = stacks.iter().flatten().map(|(index, _)| *index).collect();
            let count = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), count, "each is in one stack at most");
            assert!(stacks.iter().all(|stack| stack.len() > 1));
            stacks.len()
        };
        lines.sort();
        // A folder has a name once.
        lines.dedup_by_key(|line| line.split(" | ").next().unwrap_or_default().to_owned());
        let sorted = told(&lines);
        lines.reverse();
        prop_assert_eq!(told(&lines), sorted);
    }

    #[test]
    fn no_name_panics(name in any::<String>()) {
        let _ = (named(&name, None), named(&name, Some(Kind::Film)), sidecars(&name));
    }
}
