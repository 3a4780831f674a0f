//! Why a picture could not be converted.

use sidekeep_model::Media;

/// A picture that cannot become a JPEG. Its original stays what it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// No still picture that is understood here: a film, a RAW without a picture that can be shown, unknown bytes.
    #[error("no decoder for {0}")]
    Unsupported(Media),
    /// More pixels than the limit, or more memory than a decoder may take.
    #[error("{width} × {height} pixels are more than the limit of {limit}")]
    TooLarge {
        /// Pixels, as stored; 0 when the decoder only said that its memory ran out.
        width: u64,
        /// Pixels, as stored; 0 when the decoder only said that its memory ran out.
        height: u64,
        /// The most pixels that are decoded.
        limit: u64,
    },
    /// The bytes end too early or are not what they claim to be.
    #[error("the picture is broken")]
    Broken(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The decoded picture could not be written as JPEG.
    #[error("the JPEG encoder failed")]
    Encoder(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file could not be read.
    #[error("reading the picture")]
    Io(#[from] std::io::Error),
}
