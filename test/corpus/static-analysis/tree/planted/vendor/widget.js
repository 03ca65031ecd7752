eval(location.hash)
