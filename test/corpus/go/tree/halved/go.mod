module example.org/halved

go 1.25
