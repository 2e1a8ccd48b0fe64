//! The local facts: read raw (thin, per OS), then parse (portable, tested from fixtures).
