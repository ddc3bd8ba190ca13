# SPDX-License-Identifier: Apache-2.0
# lm_flags: how every file of ours is compiled. Generated and foreign code is not held to it.
set(LM_SANITIZE "" CACHE STRING "address,undefined or thread")
option(LM_COVERAGE "gcov counters" OFF)
option(LM_FUZZ "libFuzzer targets (clang)" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# Seen by all code, generated too.
add_compile_definitions(_GNU_SOURCE)
add_compile_options(-fno-strict-aliasing -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(LM_SANITIZE)
  add_compile_options(-fsanitize=${LM_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LM_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()
if(LM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link) # the fuzzer steers by coverage of common/ too
endif()
if(LM_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
add_link_options(-Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
include(CheckPIESupported)
check_pie_supported()

add_library(lm_flags INTERFACE)
# -Wmaybe-uninitialized takes `return err->code` for a return that could be 0, and so sees what is not there.
target_compile_options(lm_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
  -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough -Werror
  $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<C_COMPILER_ID:Clang>:-Wno-string-conversion>) # LM_ASSERT(!"why") is meant
target_include_directories(lm_flags INTERFACE ${CMAKE_SOURCE_DIR})
