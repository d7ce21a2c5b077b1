# embed_text(TARGET FUNCTION NAMESPACE FILE...): compiles text files into TARGET, so that the program needs no data
# folder at run time. The generated source defines
#   const std::vector<std::pair<std::string_view, std::string_view>>& NAMESPACE::FUNCTION()
# giving each file's path from the source root and its text.
set(COAGWATCH_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_script.cmake)

function(embed_text target function namespace)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${function}.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${output} -D FUNCTION=${function} -D NAMESPACE=${namespace}
            -D ROOT=${PROJECT_SOURCE_DIR} "-D FILES=${ARGN}" -P ${COAGWATCH_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${COAGWATCH_EMBED_SCRIPT}
    COMMENT "Embedding ${function}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
