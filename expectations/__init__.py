"""Whether? Suites per ledger, judged by Great Expectations."""
