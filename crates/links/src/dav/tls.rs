//! Whom to believe: the system's certificate roots, or one certificate that the owner named. It believes nothing else,
//! and remembers what it refused so that its owner can be told.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};

use super::address::Trust;

/// Judges the certificate of one server.
#[derive(Clone, Debug)]
pub(super) struct Verifier(Arc<Judge>);

#[derive(Debug)]
struct Judge {
    /// None: only the named certificate.
    roots: Option<rustls_platform_verifier::Verifier>,
    named: Option<[u8; 32]>,
    provider: Arc<CryptoProvider>,
    refused: Mutex<Option<[u8; 32]>>,
}

impl Verifier {
    /// # Errors
    /// When the system's roots cannot be read.
    pub(super) fn new(trust: Trust) -> Result<Self, Error> {
        let provider = Arc::new(ring::default_provider());
        let named = match trust {
            Trust::Certificate(digest) => Some(digest),
            Trust::Roots | Trust::Anyone => None,
        };
        // Without TLS no certificate is ever judged, and a computer without roots can still reach itself.
        let roots = match trust {
            Trust::Roots => Some(rustls_platform_verifier::Verifier::new(Arc::clone(&provider))?),
            Trust::Certificate(_) | Trust::Anyone => None,
        };
        Ok(Self(Arc::new(Judge {
            roots,
            named,
            provider,
            refused: Mutex::new(None),
        })))
    }

    /// The settings of connections that it judges.
    ///
    /// # Errors
    /// When the provider knows no version of TLS.
    pub(super) fn config(&self) -> Result<ClientConfig, Error> {
        let judge: Arc<Judge> = Arc::clone(&self.0);
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.0.provider));
        let builder = builder.with_safe_default_protocol_versions()?;
        Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(judge)
            .with_no_client_auth())
    }

    /// The SHA-256 of the certificate that was refused last, in hex; asked once.
    pub(super) fn refused(&self) -> Option<String> {
        let digest = self
            .0
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let digest: [u8; 32] = Sha256::digest(certificate.as_ref()).into();
        let judged = match &self.roots {
            Some(roots) => roots.verify_server_cert(certificate, intermediates, name, stapled, now),
            None if self.named == Some(digest) => Ok(ServerCertVerified::assertion()),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        if judged.is_err() {
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(digest);
        }
        judged
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
