//! Which phones and accounts are one for their owner: the account that a phone syncs with belongs to that phone, and both
//! are shown and asked for together.
//!
//! A plain statement of the owner beside the sources, which can be taken back. What is kept of each stays where it is,
//! with its own runs, its own history and its own proof.

use std::collections::BTreeMap;

use sidekeep_archive::Archive;
use sidekeep_model::{Identity, PhoneId};

use crate::remembered::{Belonging, Sources};
use crate::{Engine, EngineError, RememberedError};

/// Which phones belong to which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouping(BTreeMap<PhoneId, PhoneId>);

impl Grouping {
    pub(crate) fn of(said: &[Belonging]) -> Self {
        let said = said.iter();
        Self(said.map(|one| (one.phone.clone(), one.to.clone())).collect())
    }

    /// Nothing belongs to anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The phone that this one belongs to in the end: itself where it is on its own, and in a circle, which only a hand
    /// can have written.
    pub fn head<'a>(&'a self, phone: &'a PhoneId) -> &'a PhoneId {
        self.chain(phone).last().unwrap_or(phone)
    }

    /// The phones of the archive that belong to this one, itself first.
    ///
    /// # Errors
    /// Index errors.
    pub fn with_own(&self, archive: &Archive, phone: &PhoneId) -> Result<Vec<PhoneId>, EngineError> {
        let mut all = vec![phone.clone()];
        if !self.is_empty() {
            let known = archive.phones()?.into_iter().map(|known| known.id);
            all.extend(known.filter(|known| self.chain(known).any(|to| to == phone)));
        }
        Ok(all)
    }

    /// These phones by their groups: in each the phone first that the others belong to. What belongs to none of these is
    /// on its own.
    pub fn groups(&self, phones: Vec<Identity>) -> Vec<Vec<Identity>> {
        let heads: Vec<PhoneId> = phones.iter().map(|phone| self.head(&phone.id).clone()).collect();
        let is_head = |phone: &Identity, head: &PhoneId| {
            phone.id == *head || !phones.iter().any(|known| known.id == *head)
        };
        let (first, own): (Vec<_>, Vec<_>) = phones
            .iter()
            .cloned()
            .zip(heads)
            .partition(|(phone, head)| is_head(phone, head));
        let mut groups: Vec<Vec<Identity>> = first.into_iter().map(|(phone, _)| vec![phone]).collect();
        for (phone, head) in own {
            let group = groups.iter_mut().find(|group| group[0].id == head);
            group.into_iter().for_each(|group| group.push(phone.clone()));
        }
        groups
    }

    /// What a phone belongs to, what that belongs to, and so on; nothing in a circle.
    fn chain<'a>(&'a self, phone: &'a PhoneId) -> impl Iterator<Item = &'a PhoneId> {
        let next = |phone: &&'a PhoneId| self.0.get(*phone);
        let chain = || std::iter::successors(self.0.get(phone), next);
        let ends = chain().take(self.0.len() + 1).count() <= self.0.len();
        chain().take(if ends { self.0.len() } else { 0 })
    }

    /// From now on `phone` belongs to `to`.
    ///
    /// # Errors
    /// `Circle` when `to` belongs to `phone`, or is it.
    pub(crate) fn join(&mut self, phone: &PhoneId, to: &PhoneId) -> Result<(), RememberedError> {
        let before = self.0.remove(phone);
        if self.head(to) == phone {
            self.0.extend(before.map(|before| (phone.clone(), before)));
            return Err(RememberedError::Circle(to.clone()));
        }
        self.0.insert(phone.clone(), to.clone());
        Ok(())
    }

    /// From now on `phone` is on its own, with what belongs to it.
    pub(crate) fn separate(&mut self, phone: &PhoneId) {
        self.0.remove(phone);
    }

    /// As it is written down.
    pub(crate) fn said(&self) -> Vec<Belonging> {
        let said = self.0.iter().map(|(phone, to)| Belonging {
            phone: phone.clone(),
            to: to.clone(),
        });
        said.collect()
    }
}

impl Engine {
    /// What its owner said belongs together.
    ///
    /// # Errors
    /// When the list of sources cannot be read.
    pub fn grouping(&self) -> Result<Grouping, EngineError> {
        Ok(Sources::of(&self.root)?.grouping().clone())
    }

    /// From now on `phone` belongs to the phone `to`, or is on its own. Nothing that is kept moves.
    ///
    /// # Errors
    /// `UnknownPhone` when the archive has none of such an id; `Circle` when `to` belongs to `phone`.
    pub fn belongs(&self, phone: &PhoneId, to: Option<&PhoneId>) -> Result<(), EngineError> {
        let known = self.archive()?.phones()?;
        for id in std::iter::once(phone).chain(to) {
            if !known.iter().any(|known| known.id == *id) {
                return Err(EngineError::UnknownPhone(id.to_string()));
            }
        }
        Ok(Sources::of(&self.root)?.belongs(phone, to)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: &[(&str, &str)]) -> Grouping {
        let said: Vec<Belonging> = said
            .iter()
            .map(|(phone, to)| Belonging {
                phone: (*phone).into(),
                to: (*to).into(),
            })
            .collect();
        Grouping::of(&said)
    }

    fn identity(id: &str) -> Identity {
        Identity {
            id: id.into(),
            name: id.to_uppercase(),
            model: None,
            system: None,
        }
    }

    #[test]
    fn groups_have_the_phone_first_that_the_others_belong_to() {
        let check = |said: &[(&str, &str)], groups: &[&[&str]]| {
            let phones = ["account", "pixel", "work", "old"].map(identity).to_vec();
            let found = of(said).groups(phones);
            let ids: Vec<Vec<&str>> = found
                .iter()
                .map(|group| group.iter().map(|phone| phone.id.as_str()).collect())
                .collect();
            assert_eq!(ids, groups, "{said:?}");
        };
        check(&[], &[&["account"], &["pixel"], &["work"], &["old"]]);
        check(
            &[("account", "pixel")],
            &[&["pixel", "account"], &["work"], &["old"]],
        );
        check(
            &[("account", "pixel"), ("work", "account")],
            &[&["pixel", "account", "work"], &["old"]],
        );
        // The phone itself is in another archive.
        check(
            &[("account", "lost"), ("work", "lost")],
            &[&["account"], &["pixel"], &["work"], &["old"]],
        );
        // Written by hand: a circle, with one that leads into it.
        check(
            &[("account", "pixel"), ("pixel", "account"), ("work", "pixel")],
            &[&["account"], &["pixel"], &["work"], &["old"]],
        );
        check(
            &[("old", "old")],
            &[&["account"], &["pixel"], &["work"], &["old"]],
        );
    }

    #[test]
    fn nothing_belongs_to_itself() {
        let check = |phone: &str, to: &str, joined: bool, said: &[(&str, &str)]| {
            let mut grouping = of(&[("account", "pixel"), ("work", "account")]);
            let answer = grouping.join(&phone.into(), &to.into());
            assert_eq!(answer.is_ok(), joined, "{phone} {to}");
            assert_eq!(grouping, of(said), "{phone} {to}");
        };
        let before = [("account", "pixel"), ("work", "account")];
        check("pixel", "pixel", false, &before);
        check("pixel", "account", false, &before);
        check("pixel", "work", false, &before);
        check("account", "work", false, &before);
        check("account", "pixel", true, &before);
        check("account", "old", true, &[("account", "old"), ("work", "account")]);
        check(
            "old",
            "work",
            true,
            &[("account", "pixel"), ("work", "account"), ("old", "work")],
        );
        let mut grouping = of(&before);
        grouping.separate(&"account".into());
        assert_eq!(
            grouping,
            of(&[("work", "account")]),
            "what belongs to it stays with it"
        );
    }
}
