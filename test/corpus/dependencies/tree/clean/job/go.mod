module example.com/corpus/clean

go 1.24.0

require (
	github.com/golang-jwt/jwt/v5 v5.2.2
	gopkg.in/yaml.v3 v3.0.0
)
