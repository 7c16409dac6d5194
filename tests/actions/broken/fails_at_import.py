settings = {}
token = settings["token"]
