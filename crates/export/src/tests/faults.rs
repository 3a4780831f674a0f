//! Exports that are stopped, and every operation of the disk failing once.

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;

use sidekeep_model::Kind;
use sidekeep_pictures::JpegOptions;

use super::{Place, files, filled};
use crate::disk::Disk;
use crate::{ExportError, Order, carry_out, export};

fn orders(place: &Place, to: &str) -> Vec<Order> {
    vec![
        Order::new(Kind::Contact, place.to(to)),
        Order {
            per_contact: true,
            ..Order::new(Kind::Contact, place.to(to))
        },
        Order::new(Kind::Event, place.to(to)),
        Order::new(Kind::Photo, place.to(to)),
        Order {
            jpeg: Some(JpegOptions::default()),
            ..Order::new(Kind::Photo, place.to(to))
        },
    ]
}

#[test]
fn stopped_at_any_item_leaves_whole_files_only() {
    let place = filled();
    for (which, whole) in orders(&place, "whole").into_iter().enumerate() {
        let expected = match place.export(&Order {
            to: place.to(&format!("whole{which}")),
            ..whole.clone()
        }) {
            Ok(_) => files(&place.to(&format!("whole{which}"))),
            Err(error) => panic!("{error}"),
        };
        for stop in 1.. {
            let order = Order {
                to: place.to(&format!("stop{which}-{stop}")),
                ..whole.clone()
            };
            let done = export(&place.archive(), &order, &mut |progress| {
                if progress.items == stop {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            let found = files(&order.to);
            assert!(
                found
                    .iter()
                    .all(|(name, bytes)| expected.get(name) == Some(bytes)),
                "{which} {stop}"
            );
            match done {
                Err(ExportError::Stopped) => {}
                other => {
                    other.unwrap();
                    assert_eq!(found, expected);
                    break;
                }
            }
        }
    }
}

/// The Nth operation fails, for N = 1, 2, 3 … until nothing fails: what is there is whole, nothing else is there, and
/// the next export completes it.
#[test]
fn every_operation_may_fail() {
    let place = filled();
    for (which, order) in orders(&place, "").into_iter().enumerate() {
        let whole = Order {
            to: place.to(&format!("w{which}")),
            ..order.clone()
        };
        place.export(&whole).unwrap();
        let expected = files(&whole.to);
        for nth in 1.. {
            let order = Order {
                to: place.to(&format!("f{which}-{nth}")),
                ..order.clone()
            };
            let left = Cell::new(nth);
            let disk = Disk::gated(Box::new(move || {
                left.set(left.get() - 1);
                if left.get() == 0 {
                    Err(io::ErrorKind::StorageFull.into())
                } else {
                    Ok(())
                }
            }));
            let done = carry_out(
                &place.archive(),
                &order,
                &disk,
                &mut |_| ControlFlow::Continue(()),
            );
            let found = files(&order.to);
            assert!(
                found
                    .iter()
                    .all(|(name, bytes)| expected.get(name) == Some(bytes)),
                "{which} {nth} {found:?}"
            );
            if done.is_ok() {
                assert_eq!(found, expected);
                assert!(nth > 3, "the gate was asked");
                break;
            }
            assert!(
                matches!(&done, Err(ExportError::Write { source, .. }) if source.kind() == io::ErrorKind::StorageFull),
                "{which} {nth} {done:?}"
            );
            let again = Order {
                replace: order.query.kinds[0] != Kind::Photo,
                ..order
            };
            place.export(&again).unwrap();
            assert_eq!(files(&again.to), expected, "{which} {nth} completed");
        }
    }
}
