"""What check_google.py is made of. Not called google: that name belongs to Google's packages."""
