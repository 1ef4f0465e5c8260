# Turns the migrations into a C file: their names and bytes, sorted by name. The bytes go through
# hexadecimal, so no quote, semicolon, bracket or backslash in them means anything to CMake or C.
#   cmake -D OUT=<file.c> "-DFILES=<a.sql;b.sql>" -P embed.cmake
cmake_minimum_required(VERSION 3.25)

if(NOT OUT)
  message(FATAL_ERROR "embed.cmake: -D OUT=<file.c> is missing")
endif()

set(names)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  if(NOT name MATCHES "^[0-9][0-9][0-9][0-9]_[a-z0-9_]+[.]sql$")
    message(FATAL_ERROR "${file}: a migration's name must be NNNN_slug.sql")
  endif()
  if(name IN_LIST names)
    message(FATAL_ERROR "${file}: there are two migrations of this name")
  endif()
  list(APPEND names "${name}")
  set(path_of_${name} "${file}")
endforeach()
list(SORT names COMPARE STRING CASE SENSITIVE)
list(LENGTH names count)

set(arrays "")
set(rows "")
foreach(name IN LISTS names)
  file(READ "${path_of_${name}}" hex HEX)
  file(SIZE "${path_of_${name}}" size)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  # Sixteen bytes of five characters a line.
  string(REPEAT "." 80 line)
  string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
  string(REGEX REPLACE "[^a-z0-9_]" "_" symbol "${name}")
  string(APPEND arrays "static const unsigned char text_${symbol}[] = {\n    ${bytes}0x00};\n\n")
  string(APPEND rows "    {\"${name}\", (const char *)text_${symbol}, ${size}},\n")
endforeach()
if(count EQUAL 0)
  # C has no empty array.
  set(rows "    {0},\n")
endif()

file(WRITE "${OUT}" "/* Made by server/pg/embed.cmake from migrations/; not to be edited. */
#include \"server/pg/migrate.h\"

${arrays}const struct migration migrations_embedded[] = {
${rows}};
const size_t migrations_embedded_count = ${count};
")
