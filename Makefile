# SPDX-License-Identifier: LGPL-3.0-or-later
#
#   make                 the release library, the IDL compiler, the tool, and the library of the interfaces in idl/
#   make install         DESTDIR= PREFIX=/usr/local
#   make demo            a C client and a C server talk to each other, built from a private installation
#   make test            every test; closes with "N passed, M failed, K skipped"
#   make test-unit       Swift tests of the rooms
#   make test-headers    each public header alone: C99 to C23, C++11 to C++20, gcc and clang
#   make test-abi        headers = version map = symbols; needed libraries; signal dispositions; documented functions
#   make test-golden     IDL files against the C that they must become
#   make test-tool       the command line tool dcerpc, beside Samba's ndrdump
#   make test-vectors    Samba's own NDR vectors, with Samba's IDL files
#   make test-capi       C programs on the installed tree, plain and under valgrind
#   make test-porting    hand-written marshallers, compiled with Samba's libndr and with this library
#   make test-examples   examples-c and its autotools project, from the installed tree
#   make test-interop    Samba, impacket and tshark (as root; skipped otherwise)
#   make matrix          every mechanism, level and interface, with Samba and impacket; as tables (a part of test-interop)
#   make test-fuzz       every fuzzer for FUZZ_SECONDS=10; make fuzz: for SECONDS=60 (docs/fuzzing.md)
#   make bench           measurements against Samba, one line each
#   make format          swift format; check-format only checks
#   make clean           everything that was built

PREFIX  ?= /usr/local
DESTDIR ?=
SWIFT   ?= swift
BUILD   := build

VERSION := $(shell sed -n 's/^.define DCERPCSWIFT_VERSION_STRING "\(.*\)"/\1/p' Include/dcerpcswift/version.h)
MAJOR   := $(firstword $(subst ., ,$(VERSION)))
SONAME  := libdcerpcswift.so.$(MAJOR)
LIBRARY := libdcerpcswift.so.$(VERSION)

RELEASE       := .build/release
# The tools carry the Swift runtime too, so that an installation runs where no toolchain is.
SWIFT_RELEASE := $(SWIFT) build -c release --static-swift-stdlib --explicit-target-dependency-import-check error
# The private installation that demo, tests and benchmarks build against. STAGED=1: it is up to date.
STAGE         := $(CURDIR)/$(BUILD)/prefix

.PHONY: all install stage demo bench fuzz test-fuzz format check-format clean \
	test test-unit test-headers test-abi test-golden test-tool test-vectors test-capi test-porting test-examples test-interop matrix

# The package manager does not know that linking reads the version map.
all:
	@[ $(RELEASE)/libdcerpcswift.so -nt Sources/DCERPCSwift/dcerpcswift.map ] || rm -f $(RELEASE)/libdcerpcswift.so
	$(SWIFT_RELEASE) --product dcerpcswift
	$(SWIFT_RELEASE) --product dcerpc-idl
	$(SWIFT_RELEASE) --product dcerpc
	IDLC=$(RELEASE)/dcerpc-idl scripts/idl-library $(BUILD)/idl $(VERSION)

install: all
	install -d '$(DESTDIR)$(PREFIX)/lib/pkgconfig' '$(DESTDIR)$(PREFIX)/include/dcerpcswift' \
		'$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/dcerpcswift/idl'
	install -m 755 $(RELEASE)/libdcerpcswift.so '$(DESTDIR)$(PREFIX)/lib/$(LIBRARY)'
	strip --strip-unneeded '$(DESTDIR)$(PREFIX)/lib/$(LIBRARY)'
	ln -sf $(LIBRARY) '$(DESTDIR)$(PREFIX)/lib/$(SONAME)'
	ln -sf $(SONAME) '$(DESTDIR)$(PREFIX)/lib/libdcerpcswift.so'
	install -m 644 Include/dcerpcswift/*.h '$(DESTDIR)$(PREFIX)/include/dcerpcswift'
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' pkgconfig/dcerpcswift.pc.in \
		> '$(DESTDIR)$(PREFIX)/lib/pkgconfig/dcerpcswift.pc'
	for tool in dcerpc-idl dcerpc; do \
		install -m 755 $(RELEASE)/$$tool '$(DESTDIR)$(PREFIX)/bin' && \
		strip --strip-unneeded "$(DESTDIR)$(PREFIX)/bin/$$tool" || exit 1; \
	done
	install -m 755 $(BUILD)/idl/libdcerpcswift-idl.so.$(VERSION) '$(DESTDIR)$(PREFIX)/lib'
	ln -sf libdcerpcswift-idl.so.$(VERSION) '$(DESTDIR)$(PREFIX)/lib/libdcerpcswift-idl.so.$(MAJOR)'
	ln -sf libdcerpcswift-idl.so.$(MAJOR) '$(DESTDIR)$(PREFIX)/lib/libdcerpcswift-idl.so'
	install -D -m 644 -t '$(DESTDIR)$(PREFIX)/include/dcerpcswift/idl' $(BUILD)/idl/include/*.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' pkgconfig/dcerpcswift-idl.pc.in \
		> '$(DESTDIR)$(PREFIX)/lib/pkgconfig/dcerpcswift-idl.pc'
	for idl in idl/*.idl; do \
		[ ! -e "$$idl" ] || install -m 644 "$$idl" '$(DESTDIR)$(PREFIX)/share/dcerpcswift/idl' || exit 1; \
	done
	for page in docs/man/*.3 docs/man/*.1; do \
		[ ! -e "$$page" ] || install -D -m 644 -t "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}" "$$page" \
			|| exit 1; \
	done
	[ ! -e docs/man/links ] || while read -r name page; do \
		echo ".so man3/$$page.3" > "$(DESTDIR)$(PREFIX)/share/man/man3/$$name.3"; \
	done < docs/man/links

stage:
	@[ -n '$(STAGED)' ] || $(MAKE) --no-print-directory install DESTDIR= PREFIX='$(STAGE)' > $(BUILD)/install.log 2>&1 \
		|| { cat $(BUILD)/install.log; exit 1; }

stage demo bench test: | $(BUILD)

$(BUILD):
	mkdir -p $@

demo:
	@scripts/bootstrap build
	@scripts/demo '$(STAGE)'

test:
	@scripts/bootstrap test
	@scripts/run-tests unit headers abi golden tool vectors capi porting examples interop fuzz

test-unit:
	@Tests/run-unit
test-headers:
	@Tests/Headers/run
test-abi: stage
	@Tests/ABI/run '$(STAGE)'
test-golden: stage
	@Tests/Golden/run '$(STAGE)'
test-tool: stage
	@Tests/Tool/run '$(STAGE)'
test-vectors: stage
	@Tests/Vectors/run '$(STAGE)'
test-capi: stage
	@Tests/CAPI/run '$(STAGE)'
test-porting: stage
	@Tests/Porting/run '$(STAGE)'
test-examples: stage
	@Tests/Examples/run '$(STAGE)'
test-interop: stage
	@Tests/Interop/run '$(STAGE)'

matrix: stage
	@Tests/Interop/run '$(STAGE)' matrix security

bench: stage
	@Tests/Benchmarks/run '$(STAGE)'

SECONDS ?= 60
FUZZ_SECONDS ?= 10
fuzz:
	@Tests/Fuzz/run '$(SECONDS)'
test-fuzz:
	@Tests/Fuzz/run '$(FUZZ_SECONDS)'

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests
check-format:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests

clean:
	rm -rf .build $(BUILD)
