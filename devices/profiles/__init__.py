"""Device profiles: a Modbus clock declared in one YAML file, with no Python of its own."""
