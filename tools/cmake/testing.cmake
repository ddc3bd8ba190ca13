# SPDX-License-Identifier: Apache-2.0
# lm_test(common/str_test [LABELS pg] [LIBS lm_scraper …] [SOURCES more.c]): builds tests/common/str_test.c and adds it.
# Labels: unit (default), pg, bus, e2e, fuzz. A pg test gets a database of its own (tests/pg).
function(lm_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "LABELS;LIBS;SOURCES" ${ARGN})
  string(REPLACE "/" "_" target test_${name})
  add_executable(${target} ${CMAKE_SOURCE_DIR}/tests/${name}.c ${T_SOURCES})
  target_link_libraries(${target} PRIVATE lm_flags lm_testing ${T_LIBS} lm_common)
  add_test(NAME ${name} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/tests)
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  if(NOT T_TIMEOUT AND "pg" IN_LIST T_LABELS)
    set(T_TIMEOUT 180) # each test makes a database: seconds together, minutes on a machine that builds meanwhile
  elseif(NOT T_TIMEOUT)
    set(T_TIMEOUT 60)
  endif()
  if(LM_SANITIZE)
    math(EXPR T_TIMEOUT "${T_TIMEOUT} * 5") # slower by two to four, on a machine that builds meanwhile
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${T_LABELS}" TIMEOUT ${T_TIMEOUT})
  if(LM_SANITIZE)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT
      "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
  endif()
  if("pg" IN_LIST T_LABELS)
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED postgres)
  endif()
endfunction()

# lm_fuzz(json [CORPUS fixtures/tracker] LIBS …): tests/fuzz/json_fuzz.c with the seed corpus tests/fuzz/corpus/json,
# or another folder of tests/. With the fuzz preset a libFuzzer binary; otherwise a ctest that runs the corpus once.
function(lm_fuzz name)
  cmake_parse_arguments(F "" "CORPUS" "LIBS" ${ARGN})
  set(target fuzz_${name})
  if(NOT F_CORPUS)
    set(F_CORPUS fuzz/corpus/${name})
  endif()
  set(corpus ${CMAKE_SOURCE_DIR}/tests/${F_CORPUS})
  if(LM_FUZZ)
    add_executable(${target} ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}_fuzz.c)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    if(NOT TARGET fuzzers) # all of them: tests/fuzz/run
      add_custom_target(fuzzers)
    endif()
    add_dependencies(fuzzers ${target})
  else()
    add_executable(${target} ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}_fuzz.c ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME fuzz/${name} COMMAND ${target} ${corpus})
    set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 60)
  endif()
  target_link_libraries(${target} PRIVATE lm_flags ${F_LIBS} lm_common)
endfunction()
