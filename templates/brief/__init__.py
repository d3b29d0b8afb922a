"""What the nightly run says to people: progress, summary, morning brief."""
