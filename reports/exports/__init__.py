"""A run for spreadsheets and programs: CSV, XLSX and JSON. Nothing here knows a language or judges."""
