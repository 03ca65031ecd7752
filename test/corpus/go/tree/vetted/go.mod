module example.org/vetted

go 1.25
