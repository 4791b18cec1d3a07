def check(binary, folder):
    pass
