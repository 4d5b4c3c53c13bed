"""The one reader of tables that people bring: CSV in any of its habits, and sheets of xlsx."""
