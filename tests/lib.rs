//! What the journeys and the speed table share.
