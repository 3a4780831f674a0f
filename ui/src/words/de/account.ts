import type * as en from '../en/account';

export const account: typeof en.account = {
  lead: 'Sidekeep liest Kontakte, Kalender und Aufgaben direkt aus dem Konto, das dein Telefon benutzt, und behält jede Fassung. Dort wird nichts geändert, außer wenn du etwas wiederherstellst.',
  providers: {
    icloud: {
      name: 'iCloud',
      note: 'Kontakte und Kalender, mit einem anwendungsspezifischen Passwort.',
      steps: [
        'Öffne deinen Apple Account im Browser und melde dich an.',
        'Erstelle unter „Anmeldung und Sicherheit“ › „Anwendungsspezifische Passwörter“ eines und nenne es „Sidekeep“. Dafür braucht dein Apple Account die Zwei-Faktor-Authentifizierung.',
        'Trage hier die E-Mail-Adresse deines Apple Accounts und dieses Passwort ein. Dein eigenes Passwort wird nicht gebraucht und gilt hier nicht.',
      ],
      page: 'https://account.apple.com',
    },
    google: {
      name: 'Google',
      note: 'Nicht mit einem Passwort. Sieh nach, was geht.',
      steps: [
        'Google lässt Programme nur dann Kontakte und Kalender lesen, wenn sie bei Google registriert sind und die Anmeldung über dessen eigene Seite geht. Sidekeep ist nicht registriert und kann sich deshalb nicht mit einem Google-Konto verbinden.',
        'Wenn dein Android-Telefon sie anzeigt, spiegle das Telefon: Was Google dort ablegt, kommt mit, Kalender und Kontakte eingeschlossen.',
        'Oder lass Google Datenexport Dateien erstellen (Kontakte als vCard, Kalender als iCalendar), lege sie in einen Ordner und hole ihn herein.',
      ],
      page: 'https://takeout.google.com',
    },
    fastmail: {
      name: 'Fastmail',
      note: 'Kontakte und Kalender, mit einem App-Passwort.',
      steps: [
        'Öffne in Fastmail Settings › Privacy & Security › Manage app passwords and access.',
        'Erstelle ein App-Passwort mit Zugriff auf Kontakte und Kalender (CardDAV und CalDAV) und nenne es „Sidekeep“.',
        'Trage hier deine Fastmail-Adresse und dieses Passwort ein.',
      ],
      page: 'https://app.fastmail.com/settings/security',
    },
    nextcloud: {
      name: 'Nextcloud',
      note: 'Dein eigener Server oder der eines Anbieters.',
      steps: [
        'Öffne in Nextcloud Einstellungen › Sicherheit › Geräte & Sitzungen, ganz unten auf der Seite.',
        'Tippe „Sidekeep“ ein und wähle „Neues App-Passwort erstellen“.',
        'Trage den Server ein, wie er im Browser steht, den Benutzernamen, den Nextcloud dort zeigt, und dieses Passwort.',
      ],
      page: null,
    },
    mailbox: {
      name: 'mailbox.org',
      note: 'Kontakte, Kalender und Aufgaben.',
      steps: [
        'Trage deine Adresse bei mailbox.org und ihr Passwort ein.',
        'Meldest du dich mit einem zweiten Faktor an, dann erstelle zuerst ein eigenes Passwort für Sidekeep: Einstellungen › Sicherheit › Anwendungspasswörter.',
      ],
      page: 'https://login.mailbox.org',
    },
    other: {
      name: 'Ein anderer Server',
      note: 'Radicale, Baïkal, Synology, SOGo und alle, die CardDAV oder CalDAV sprechen.',
      steps: [
        'Trage die Adresse des Servers ein, wie andere Programme sie für CardDAV oder CalDAV benutzen. Oft genügt der Name.',
        'Wenn der Server App-Passwörter anbietet, erstelle eines für Sidekeep.',
      ],
      page: null,
    },
  },
  another: 'Anderer Anbieter',
  server: 'Serveradresse',
  email: 'E-Mail-Adresse',
  user: 'Benutzername',
  password: 'App-Passwort',
  kept: 'Nur für diesen Computer aufbewahrt, nie im Archiv.',
  look: 'Nachsehen, was da ist',
  looking: 'Der Server wird gefragt …',
  troubles: {
    login: {
      title: 'Der Server nimmt diesen Namen mit diesem Passwort nicht an.',
      text: 'Prüfe beides. Wo es App-Passwörter gibt, gilt dein eigenes Passwort nicht.',
    },
    refused: {
      title: 'Der Server weigert sich.',
      text: 'Das Konto darf CardDAV und CalDAV vielleicht nicht benutzen. Frage, wer den Server betreibt.',
    },
    unplugged: {
      title: 'Der Server ist nicht erreichbar.',
      text: 'Prüfe seine Adresse und ob dieser Computer im Netz ist.',
    },
    'phone-busy': {
      title: 'Der Server hat Schwierigkeiten oder antwortet nicht.',
      text: 'Versuche es in ein paar Minuten noch einmal.',
    },
    missing: {
      title: 'Unter dieser Adresse ist kein Konto.',
      text: 'Der Server antwortet, aber nicht mit Kontakten oder Kalendern. Prüfe die Adresse samt Pfad.',
    },
    garbled: {
      title: 'Unter dieser Adresse ist kein Konto.',
      text: 'Der Server antwortet, aber nicht wie CardDAV oder CalDAV. Prüfe die Adresse samt Pfad.',
    },
    'bad-source': {
      title: 'Das ist keine Serveradresse.',
      text: 'Sie sieht aus wie dav.example.org oder https://example.org/dav/.',
    },
  },
  certificate: 'Für das Zertifikat dieses Servers bürgt niemand.',
  certificateText:
    'Server zu Hause unterschreiben oft selbst. Vergleiche diesen SHA-256-Fingerabdruck mit dem, den der Besitzer des Servers sieht. Nur wenn beide gleich sind, ist es der richtige Server.',
  trust: 'Er ist gleich: diesem Zertifikat vertrauen',
  insecure: 'Die Verbindung wäre nicht verschlüsselt.',
  insecureText: 'Unterwegs könnte jeder das Passwort mitlesen. Nimm https://, wenn der Server das kann.',
  anyway: 'Ohne Verschlüsselung verbinden',
  found: 'Was gefunden wurde',
  foundText: 'Wähle, was gespiegelt wird. Ändern kannst du es, indem du das Konto noch einmal verbindest.',
  kinds: { contact: 'Adressbücher', event: 'Kalender', task: 'Aufgabenlisten' },
  readOnly: 'nur lesbar',
  empty: 'Das Konto antwortet, aber es ist noch nichts darin.',
  unseen: (kinds) => `Nicht alles war zu sehen: ${kinds}.`,
  name: 'Wie es heißen soll',
  whose: 'Zu welchem Telefon gehört es?',
  whoseText: 'Was Telefon und Konto gleich haben, erscheint dann einmal und nennt beide.',
  alone: 'Zu keinem',
  mirror: 'Jetzt spiegeln',
  leftOut: (names) => `Auf deinen Wunsch nicht gespiegelt: ${names}.`,
};
