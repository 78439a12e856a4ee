"""Everything that touches the world: ports, files, clocks, lights."""
