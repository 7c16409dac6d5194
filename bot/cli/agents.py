"""`switchboard agent`: who works at the desk."""
