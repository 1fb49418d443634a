# The front door, nothing more: each target calls one script, and CMake does the building.
PREFIX ?= /usr/local

.PHONY: help demo build test bench lint nightly wheels install
help:
	@echo "make demo      see a TensorFlow notebook die of memory, and read why (installs what is missing)"
	@echo "make build     the program: build/release/kernelmedic"
	@echo "make install   into PREFIX=$(PREFIX)"
	@echo "make test      every suite, with sanitizers and a short fuzzing; what CI runs"
	@echo "make lint      clang-format and clang-tidy over everything"
	@echo "make bench     measure against the peers"
	@echo "make wheels    wheels for Linux and macOS, cross-compiled: build/wheels (on Debian 12; an hour the first time)"
	@echo "make nightly   what is too long for every change: long fuzzing, all of it under sanitizers, lint, bench"

demo:
	@scripts/demo

build:
	@scripts/build release

test:
	@scripts/test

bench:
	@scripts/bench

lint:
	@scripts/lint

nightly:
	@scripts/nightly

wheels:
	@scripts/wheels

install: build
	@cmake --install build/release --prefix "$(PREFIX)"
