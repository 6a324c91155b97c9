// SPDX-License-Identifier: Apache-2.0

extension WorkList {
    static let template = """
        <form method="get" action="{{address}}" class="filter" role="search">
        <p><label for="outcome">Outcome</label>
        <select id="outcome" name="outcome">{{#choices}}<option value="{{name}}"{{#isChosen}} selected{{/isChosen}}>{{words}}</option>
        {{/choices}}</select></p>
        {{#isLetters}}<p><label for="sender">Sender's whole address</label>
        <input id="sender" name="sender" type="search" value="{{sender}}" maxlength="320"></p>{{/isLetters}}
        <p><label for="words">Words of the subject, or a key</label>
        <input id="words" name="words" type="search" value="{{words}}" maxlength="320"></p>
        <p><button>Show</button></p></form>
        {{#ends}}<div class="problem" role="alert"><p>{{.}}</p></div>{{/ends}}
        {{#waits}}<div class="problem" role="alert"><p>{{.}}</p></div>{{/waits}}
        {{#hasUnfinished}}<h2>Not finished</h2>
        <table class="wide"><thead><tr><th scope="col">Received</th>
        <th scope="col">{{#isLetters}}From{{/isLetters}}{{^isLetters}}Source{{/isLetters}}</th>
        <th scope="col">Subject</th><th scope="col">State</th><th scope="col">Why</th></tr></thead><tbody>
        {{#unfinished}}<tr><td>{{time}}</td><td>{{sender}}</td><td><a href="{{link}}">{{subject}}</a></td>
        <td class="{{tone}}">{{outcome}}</td><td>{{why}}</td></tr>
        {{/unfinished}}</tbody></table><h2>Finished</h2>{{/hasUnfinished}}
        {{^hasRows}}<p>No {{noun}} to show.</p>{{/hasRows}}
        {{#hasRows}}<table class="wide"><thead><tr><th scope="col">Received</th>
        <th scope="col">{{#isLetters}}From{{/isLetters}}{{^isLetters}}Told{{/isLetters}}</th>
        <th scope="col">Subject</th><th scope="col">Outcome</th><th scope="col">Issue or reason</th></tr></thead><tbody>
        {{#rows}}<tr><td>{{time}}</td><td>{{sender}}</td><td><a href="{{link}}">{{subject}}</a></td>
        <td class="{{tone}}">{{outcome}}</td>
        <td>{{#issueLink}}<a href="{{issueLink}}" rel="noreferrer">{{issue}}</a>{{/issueLink}}{{^issueLink}}{{issue}}{{/issueLink}}
        {{why}}</td></tr>
        {{/rows}}</tbody></table>{{/hasRows}}
        {{#next}}<p><a href="{{next}}" rel="next">Older {{noun}}</a></p>{{/next}}
        """
}
